package dev.twincast.feed.machine;

import java.nio.ByteBuffer;

/**
 * The next message, in order. The machine has one such object and shows each message through it, so
 * it is good only until the machine is called again.
 */
public final class Message implements SubscriberEvent {
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private ByteBuffer memory = NONE;
  private ByteBuffer bytes = NONE;
  private long number;

  Message() {}

  @SuppressWarnings("ReferenceEquality") // a buffer equals another by what is in it
  void show(long number, ByteBuffer memory, int index, int length) {
    if (this.memory != memory) {
      this.memory = memory;
      bytes = memory.asReadOnlyBuffer();
    }
    this.number = number;
    bytes.clear().limit(index + length).position(index);
  }

  public long number() {
    return number;
  }

  /** What it says: from the buffer's position to its limit. Read-only. */
  public ByteBuffer bytes() {
    return bytes;
  }

  @Override
  public String toString() {
    return "message #" + number;
  }
}
