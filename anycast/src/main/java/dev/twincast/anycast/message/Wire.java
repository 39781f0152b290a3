package dev.twincast.anycast.message;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One connection's bytes, without waiting. The buffers are direct. For one thread. */
public interface Wire {

  /** Reads what is there, at most what fits: the bytes read, 0 if none are there, -1 at the end. */
  int read(ByteBuffer in) throws IOException;

  /** Writes what the peer's window takes now: the bytes written, perhaps 0. */
  int write(ByteBuffer out) throws IOException;

  /** What to be called for from now on. */
  void interest(boolean readable, boolean writable) throws IOException;

  /** Ends our side; what was written is still sent. */
  void shutdownOutput() throws IOException;

  /** Closes both sides. Idempotent. */
  void close();
}
