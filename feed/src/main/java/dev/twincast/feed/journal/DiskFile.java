package dev.twincast.feed.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file on a {@link Disk}, which remains open until it is closed. Not thread-safe. */
interface DiskFile extends AutoCloseable {

  long length() throws IOException;

  /** Fills what remains of the buffer, or as much of it as there is in the file. */
  void read(long position, ByteBuffer into) throws IOException;

  /**
   * Writes all that remains in the buffer.
   *
   * @throws IOException if any part could not be written: a beginning of it may have been
   */
  void write(long position, ByteBuffer from) throws IOException;

  /** Cuts the file off at this length. */
  void truncate(long lengthBytes) throws IOException;

  /** Makes the content and the length survive the loss of power. */
  void force() throws IOException;

  @Override
  void close() throws IOException;
}
