package dev.twincast.multicast.udp;

import java.nio.ByteBuffer;

/**
 * Datagrams to be sent together: one behind the other in a buffer outside the heap. Made once and
 * used again and again; not thread-safe. Knows no socket.
 */
public final class SendBatch {
  private final ByteBuffer bytes;
  private final ByteBuffer claimed;
  private final long address;
  private final int[] ends;
  private int size;
  private int longest;

  public SendBatch(int capacityBytes, int maxDatagrams) {
    bytes = ByteBuffer.allocateDirect(capacityBytes);
    claimed = bytes.duplicate();
    address = OffHeap.addressOf(bytes);
    ends = new int[maxDatagrams];
  }

  /** Whether there is room for one more of this length. */
  public boolean fits(int lengthBytes) {
    return size < ends.length && lengthBytes <= bytes.capacity() - bytes();
  }

  /**
   * Adds a datagram, to be written by the caller: this batch's own buffer, from its position to its
   * limit, until the next claim.
   *
   * @throws IllegalStateException if it does not fit
   */
  public ByteBuffer claim(int lengthBytes) {
    if (!fits(lengthBytes)) {
      throw new IllegalStateException(
          "a batch of %d bytes in %d messages has no room for %d bytes more (ask fits, then send)"
              .formatted(bytes(), size, lengthBytes));
    }
    int start = bytes();
    ends[size++] = start + lengthBytes;
    longest = Math.max(longest, lengthBytes);
    return claimed.clear().limit(start + lengthBytes).position(start);
  }

  /** Adds a copy of what remains in the buffer, which is then empty. */
  public void add(ByteBuffer datagram) {
    claim(datagram.remaining()).put(datagram);
  }

  public void clear() {
    size = 0;
    longest = 0;
  }

  /** Number of datagrams. */
  public int size() {
    return size;
  }

  /** Bytes of all datagrams. */
  public int bytes() {
    return size == 0 ? 0 : ends[size - 1];
  }

  /** The length of the longest datagram. */
  public int longest() {
    return longest;
  }

  /** Where a datagram begins, in bytes; of {@code size()}: where the last one ends. */
  public int offset(int i) {
    return i == 0 ? 0 : ends[i - 1];
  }

  public int length(int i) {
    return ends[i] - offset(i);
  }

  /** A read-only view of one datagram. */
  public ByteBuffer get(int i) {
    return bytes.slice(offset(i), length(i)).asReadOnlyBuffer();
  }

  /** Where the first byte is, as C counts. */
  long address() {
    return address;
  }

  /** All bytes, from 0 to the capacity. Direct. */
  ByteBuffer buffer() {
    return bytes;
  }

  /**
   * Where a run ends that the kernel can cut by itself (UDP_SEGMENT, udp(7)): datagrams of one
   * length, of which the last may be shorter, but not empty.
   *
   * @param from the first of the run
   * @param maxSegments how many there may be; 1: each datagram is a run
   * @param maxSegmentBytes the longest that may be cut; a longer one is a run of its own
   * @return the index behind the run's last
   */
  int endOfRun(int from, int maxSegments, int maxSegmentBytes) {
    int length = length(from);
    int end = from + 1;
    if (length == 0 || length > maxSegmentBytes) {
      return end;
    }
    int limit = Math.min(size, from + Math.min(maxSegments, MAX_RUN_BYTES / length));
    while (end < limit && length(end) == length) {
      end++;
    }
    boolean hasRoom = end < size && end - from < maxSegments;
    if (hasRoom && isTail(end, length) && offset(end + 1) - offset(from) <= MAX_RUN_BYTES) {
      end++;
    }
    return end;
  }

  private boolean isTail(int i, int length) {
    return length(i) > 0 && length(i) < length;
  }

  /** The longest datagram of IPv4: what the kernel takes in one call, before it cuts. */
  private static final int MAX_RUN_BYTES = 65_507;
}
