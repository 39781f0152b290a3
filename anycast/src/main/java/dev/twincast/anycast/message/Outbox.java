package dev.twincast.anycast.message;

import static dev.twincast.anycast.frame.Frame.HEADER_BYTES;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The frames to a client: gathered in the thread's buffer and written together; what the client
 * does not take at once waits.
 */
final class Outbox {
  private final Wire wire;
  private final ByteBuffer gathered; // empty between calls of the conversation
  private final Backlog unsent;
  private boolean overflowed;
  private long sent;

  Outbox(Wire wire, Scratch scratch, Budget budget) {
    this.wire = wire;
    gathered = scratch.out;
    unsent = new Backlog(budget);
  }

  boolean isEmpty() {
    return unsent.isEmpty();
  }

  /** Bytes that the client has not taken. */
  int unsent() {
    return unsent.size();
  }

  /** Bytes that the client has taken so far. */
  long sent() {
    return sent;
  }

  /** True if something was thrown away because the budget is used up. */
  boolean hasOverflowed() {
    return overflowed;
  }

  void putWord(int word) throws IOException {
    if (gathered.remaining() < HEADER_BYTES) {
      flush();
    }
    gathered.putInt(word);
  }

  void putMessage(ByteBuffer payload) throws IOException {
    int length = payload.remaining();
    putWord(length);
    if (length <= gathered.remaining()) {
      gathered.put(payload);
      return;
    }
    int end = payload.limit();
    while (payload.position() < end) {
      if (!gathered.hasRemaining()) {
        flush();
      }
      int n = Math.min(gathered.remaining(), end - payload.position());
      gathered.put(payload.limit(payload.position() + n));
    }
  }

  /** Sends what was put; what the client does not take waits. */
  void flush() throws IOException {
    ByteBuffer out = gathered.flip();
    try {
      if (out.hasRemaining() && unsent.isEmpty()) {
        sent += wire.write(out);
      }
      if (out.hasRemaining() && !unsent.append(out)) {
        overflowed = true;
      }
    } finally {
      out.clear();
    }
  }

  /** Sends what waits, as much as the client takes; true if it took anything. */
  boolean sendWaiting() throws IOException {
    ByteBuffer waiting = unsent.bytes();
    long before = sent;
    try {
      boolean takesMore = true;
      while (takesMore && waiting.hasRemaining()) {
        int size = Math.min(waiting.remaining(), gathered.capacity());
        gathered.clear().put(0, waiting, waiting.position(), size).limit(size);
        int n = wire.write(gathered);
        waiting.position(waiting.position() + n);
        sent += n;
        takesMore = n == size;
      }
    } finally {
      gathered.clear();
    }
    unsent.trim();
    return sent != before;
  }

  /** Throws away what was not sent. */
  void clear() {
    gathered.clear(); // else it would go to the thread's next client
    unsent.clear();
  }
}
