package dev.twincast.anycast.net.server;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An array of {@code struct epoll_event}: events (4 bytes), data (8 bytes; here a descriptor). It
 * is packed on x86-64 only.
 */
final class EpollEvents {
  private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");
  private static final int BYTES = PACKED ? 12 : 16;
  private static final int DATA = PACKED ? 4 : 8;

  private final ByteBuffer events;
  private final int room;
  private final long address;

  EpollEvents(int room) {
    this.room = room;
    events = ByteBuffer.allocateDirect(room * BYTES).order(ByteOrder.nativeOrder());
    address = MemorySegment.ofBuffer(events).address();
  }

  int room() {
    return room;
  }

  long address() {
    return address;
  }

  int events(int index) {
    return events.getInt(index * BYTES);
  }

  int descriptor(int index) {
    return events.getInt(index * BYTES + DATA);
  }

  void set(int index, int mask, int descriptor) {
    events.putInt(index * BYTES, mask);
    events.putLong(index * BYTES + DATA, descriptor);
  }
}
