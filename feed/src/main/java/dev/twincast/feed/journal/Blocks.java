package dev.twincast.feed.journal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** Direct buffers of {@value #BYTES} bytes, more than the longest record has; used again. */
final class Blocks {
  static final int BYTES = 128 * 1024;

  private static final int MAX_SPARE = 16;

  private final Deque<ByteBuffer> spare = new ArrayDeque<>();

  /** A block, its content arbitrary. */
  ByteBuffer take() {
    ByteBuffer block = spare.poll();
    return block == null ? ByteBuffer.allocateDirect(BYTES) : block.clear();
  }

  /** Gives a block back, which is then not to be used any more. */
  void give(ByteBuffer block) {
    if (spare.size() < MAX_SPARE) {
      spare.push(block);
    }
  }
}
