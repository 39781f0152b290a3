package dev.twincast.feed.machine;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Messages that were received and not yet delivered, by number; bounded in number and bytes, and no
 * larger than was ever needed.
 *
 * <p>Their bytes lie in a ring in the order of arrival. A message's place there is free again once
 * all that arrived before it are delivered, too; so little more is held than what waits for a
 * repair.
 *
 * <pre>
 *   record: number (8) │ length (4) │ data, padded to a multiple of 8
 *   number −1: nothing follows up to the end of the ring
 * </pre>
 */
final class Window {
  private static final int INITIAL_MESSAGES = 64;
  private static final int INITIAL_BYTES = 4096;
  private static final int LENGTH_AT = Long.BYTES;
  private static final int DATA_AT = Long.BYTES + Integer.BYTES;
  private static final long UNUSED = -1;
  private static final int DEFAULT_MESSAGE_BYTES = 100;

  private final int maxMessages;
  private final int maxBytes;

  // Where in the ring the message with a number begins, plus one; 0: it is not here.
  private long[] places = new long[INITIAL_MESSAGES];
  private ByteBuffer ring = ByteBuffer.allocate(INITIAL_BYTES);

  // Counted in bytes ever written: the ring holds what lies between.
  private long head;
  private long tail;
  private long delivered = 1;
  private int held;
  private int heldBytes;

  /**
   * @param maxMessages how many numbers from the next to be delivered on; a power of two, at least
   *     64
   * @param maxBytes a power of two, more than twice the longest message of all: 256 KiB or more
   */
  Window(int maxMessages, int maxBytes) {
    if (Integer.bitCount(maxMessages) != 1 || maxMessages < INITIAL_MESSAGES) {
      throw new IllegalArgumentException("no window of " + maxMessages + " messages");
    }
    if (Integer.bitCount(maxBytes) != 1 || maxBytes < 1 << 18) {
      throw new IllegalArgumentException("no window of " + maxBytes + " bytes");
    }
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  /** Empties it: this number will be delivered next. */
  void begin(long number) {
    Arrays.fill(places, 0);
    head = tail;
    delivered = number;
    held = 0;
    heldBytes = 0;
  }

  /** The number to be delivered next. */
  long delivered() {
    return delivered;
  }

  /** The number behind those that may be here. */
  long end() {
    return delivered + maxMessages;
  }

  /** How many messages are here. */
  int held() {
    return held;
  }

  /** How much memory it takes. */
  int bytes() {
    return ring.capacity() + places.length * Long.BYTES;
  }

  boolean has(long number) {
    return number >= delivered && number - delivered < places.length && places[slot(number)] != 0;
  }

  /** Whether the bytes of waiting messages fill more than three quarters of what is allowed. */
  boolean isNearlyFull() {
    return heldBytes > maxBytes - maxBytes / 4;
  }

  /** How many more like those held fill half of what is left. */
  int halfOfRoom() {
    return (maxBytes - heldBytes) / 2 / meanBytes();
  }

  /** What a message takes on average, of those held. */
  int meanBytes() {
    return held == 0 ? DATA_AT + DEFAULT_MESSAGE_BYTES : heldBytes / held;
  }

  /**
   * Takes a copy of a message that is not here and not delivered yet.
   *
   * @return false: there is no room for it
   */
  boolean put(long number, ByteBuffer from, int index, int length) {
    if (number - delivered >= places.length && !growPlaces(number)) {
      return false;
    }
    int size = (DATA_AT + length + 7) & ~7;
    int at = claim(size);
    if (at < 0) {
      makeRoom(size);
      at = claim(size);
      if (at < 0) {
        return false;
      }
    }
    ring.putLong(at, number).putInt(at + LENGTH_AT, length);
    ring.put(at + DATA_AT, from, index, length);
    places[slot(number)] = tail - size + 1;
    held++;
    heldBytes += size;
    return true;
  }

  /** Reserves so many bytes in one piece: their index; -1: there is no room. */
  private int claim(int size) {
    reclaim();
    int at = (int) tail & (ring.capacity() - 1);
    int skipped = at + size > ring.capacity() ? ring.capacity() - at : 0;
    if (tail - head + skipped + size > ring.capacity()) {
      return -1;
    }
    if (skipped > 0) {
      ring.putLong(at, UNUSED);
      at = 0;
    }
    tail += skipped + size;
    return at;
  }

  private void reclaim() {
    while (head != tail) {
      int at = (int) head & (ring.capacity() - 1);
      long number = ring.getLong(at);
      if (number == UNUSED) {
        head += ring.capacity() - at;
      } else if (number < delivered) {
        head += size(ring, at);
      } else {
        return;
      }
    }
  }

  private static int size(ByteBuffer ring, int at) {
    return (DATA_AT + ring.getInt(at + LENGTH_AT) + 7) & ~7;
  }

  private boolean growPlaces(long number) {
    int length = places.length;
    while (number - delivered >= length && length < maxMessages) {
      length *= 2;
    }
    if (number - delivered >= length) {
      return false;
    }
    long[] old = places;
    places = new long[length];
    for (long i = delivered; i < delivered + old.length; i++) {
      places[slot(i)] = old[(int) i & (old.length - 1)];
    }
    return true;
  }

  /** Makes the ring larger, or rids it of what was delivered out of turn if that is worth it. */
  private void makeRoom(int size) {
    int capacity = ring.capacity();
    while (capacity < maxBytes && capacity - heldBytes < 2 * size) {
      capacity *= 2;
    }
    if (capacity == ring.capacity() && tail - head - heldBytes < capacity / 8) {
      if (capacity == maxBytes) {
        return;
      }
      capacity *= 2;
    }
    moveTo(ByteBuffer.allocate(capacity));
  }

  private void moveTo(ByteBuffer target) {
    ByteBuffer old = ring;
    long from = head;
    long to = tail;
    ring = target;
    head = 0;
    tail = 0;
    while (from != to) {
      int at = (int) from & (old.capacity() - 1);
      long number = old.getLong(at);
      if (number == UNUSED) {
        from += old.capacity() - at;
        continue;
      }
      int size = size(old, at);
      if (number >= delivered) {
        ring.put((int) tail, old, at, size);
        places[slot(number)] = tail + 1;
        tail += size;
      }
      from += size;
    }
  }

  /** Shows the next message, which must be here, and counts it as delivered. */
  void deliver(Message message) {
    int slot = slot(delivered);
    int at = (int) (places[slot] - 1) & (ring.capacity() - 1);
    message.show(delivered, ring, at + DATA_AT, ring.getInt(at + LENGTH_AT));
    heldBytes -= size(ring, at);
    places[slot] = 0;
    held--;
    delivered++;
  }

  /** Goes on behind messages that will not come; none of them is here. */
  void skipTo(long number) {
    if (number - delivered >= places.length) {
      begin(number);
    } else {
      delivered = number;
    }
  }

  private int slot(long number) {
    return (int) number & (places.length - 1);
  }
}
