package dev.twincast.anycast.message;

import java.nio.ByteBuffer;

/**
 * Bytes that wait: a queue that takes memory only while something is in it. What it holds counts in
 * the {@link Budget}.
 */
final class Backlog {
  private static final int FIRST_BYTES = 256;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Budget budget;
  private ByteBuffer bytes = NOTHING; // from position to limit

  Backlog(Budget budget) {
    this.budget = budget;
  }

  boolean isEmpty() {
    return !bytes.hasRemaining();
  }

  int size() {
    return bytes.remaining();
  }

  /** What waits, oldest first; whoever takes some moves the position, and then calls trim. */
  ByteBuffer bytes() {
    return bytes;
  }

  /** Appends all of more; false if the budget does not allow it, and then nothing is appended. */
  boolean append(ByteBuffer more) {
    int size = bytes.remaining() + more.remaining();
    if (size > bytes.capacity() && !grow(size)) {
      return false;
    }
    if (bytes.capacity() - bytes.limit() < more.remaining()) {
      bytes.compact().flip();
    }
    int end = bytes.limit();
    bytes.limit(end + more.remaining());
    bytes.put(end, more, more.position(), more.remaining());
    more.position(more.limit());
    return true;
  }

  private boolean grow(int size) {
    int capacity = Math.clamp(2L * size, FIRST_BYTES, Integer.MAX_VALUE - 8);
    if (!budget.use(capacity - bytes.capacity())) {
      return false;
    }
    bytes = ByteBuffer.allocate(capacity).put(bytes).flip();
    return true;
  }

  /** Gives the memory back if nothing is left. */
  void trim() {
    if (isEmpty()) {
      clear();
    }
  }

  void clear() {
    budget.release(bytes.capacity());
    bytes = NOTHING;
  }
}
