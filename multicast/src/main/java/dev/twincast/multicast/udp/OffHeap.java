package dev.twincast.multicast.udp;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory that C can see: direct buffers, which the collector frees. */
final class OffHeap {
  private OffHeap() {}

  /** Zeroed memory, in the byte order of the machine. */
  static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /**
   * Where the first byte of a direct buffer is, whatever its position. Who passes it on keeps the
   * buffer reachable.
   */
  static long addressOf(ByteBuffer direct) {
    return MemorySegment.ofBuffer(direct.duplicate().clear()).address();
  }
}
