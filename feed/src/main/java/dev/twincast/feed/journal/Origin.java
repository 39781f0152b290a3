package dev.twincast.feed.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Messages that can be had again from where they came. */
public interface Origin {
  /** The length of a message in bytes. */
  int length(long index);

  /**
   * Puts a message into the buffer, from its position on.
   *
   * @return false: it is not there any more, or there is no room for it; then nothing was put
   */
  boolean read(long index, ByteBuffer out) throws IOException;
}
