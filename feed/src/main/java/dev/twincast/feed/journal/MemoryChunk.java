package dev.twincast.feed.journal;

import java.nio.ByteBuffer;

/**
 * Some messages of a session, one behind the other: their bytes from the front of an array, where
 * each ends from its back.
 */
final class MemoryChunk {
  private static final int END_BYTES = Integer.BYTES;

  private final ByteBuffer memory;
  private long first;
  private int count;
  private int end;

  MemoryChunk(int capacityBytes) {
    memory = ByteBuffer.allocate(capacityBytes);
  }

  /** The capacity that a chunk needs for a message of this length alone. */
  static int bytesFor(int messageBytes) {
    return messageBytes + END_BYTES;
  }

  int capacity() {
    return memory.capacity();
  }

  void clear() {
    beginAt(0);
  }

  void beginAt(long number) {
    first = number;
    count = 0;
    end = 0;
  }

  long first() {
    return first;
  }

  boolean has(long number) {
    return number >= first && number - first < count;
  }

  boolean fits(int messageBytes) {
    return messageBytes + END_BYTES <= memory.capacity() - end - count * END_BYTES;
  }

  void append(ByteBuffer message) {
    int length = message.remaining();
    memory.put(end, message, message.position(), length);
    end += length;
    memory.putInt(endAt(count), end);
    count++;
  }

  boolean read(long number, ByteBuffer out) {
    int i = (int) (number - first);
    int from = start(i);
    int length = memory.getInt(endAt(i)) - from;
    if (length > out.remaining()) {
      return false;
    }
    out.put(out.position(), memory, from, length);
    out.position(out.position() + length);
    return true;
  }

  int length(long number) {
    int i = (int) (number - first);
    return memory.getInt(endAt(i)) - start(i);
  }

  private int start(int i) {
    return i == 0 ? 0 : memory.getInt(endAt(i - 1));
  }

  private int endAt(int i) {
    return memory.capacity() - (i + 1) * END_BYTES;
  }
}
