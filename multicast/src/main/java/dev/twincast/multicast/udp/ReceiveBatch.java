package dev.twincast.multicast.udp;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that arrived together, looked at one by one without a copy: {@code while (next())}.
 * Belongs to its port, which fills it anew with each receive; not thread-safe. Knows no socket.
 *
 * <p>A slot is one buffer of the kernel's: a datagram, or several of one source that it glued
 * together (UDP_GRO, udp(7)), all of one length but the last.
 */
public final class ReceiveBatch {
  private final ByteBuffer[] slots;

  // What arrived, in order: the slot it is in, and what is known of it.
  private final int[] slotOf;
  private final int[] bytesOf;
  private final int[] segmentBytesOf;
  private final @Nullable InetSocketAddress[] sourceOf;
  private final int[] interfaceOf;
  private final boolean[] truncatedOf;
  private int arrived;
  private long arrivalNanos;

  // The datagram that next() went to: in which arrival, and where in its slot.
  private int current;
  private ByteBuffer slot;
  private int slotBytes;
  private int segmentBytes;
  private int start;
  private int end;

  /** An empty batch over these buffers. */
  ReceiveBatch(ByteBuffer... buffers) {
    slots = new ByteBuffer[buffers.length];
    Arrays.setAll(slots, i -> buffers[i].asReadOnlyBuffer());
    slot = slots[0];
    slotOf = new int[slots.length];
    bytesOf = new int[slots.length];
    segmentBytesOf = new int[slots.length];
    sourceOf = new InetSocketAddress[slots.length];
    interfaceOf = new int[slots.length];
    truncatedOf = new boolean[slots.length];
    begin(0);
  }

  /** Forgets all datagrams; those to be added arrived at this time of {@link System#nanoTime}. */
  void begin(long arrivalNanos) {
    this.arrivalNanos = arrivalNanos;
    arrived = 0;
    current = -1;
    slotBytes = 0;
    start = 0;
    end = 0;
  }

  /**
   * Adds what arrived in a slot.
   *
   * @param segmentBytes the length of each datagram but the last; 0: there is only one
   */
  void add(
      int slot,
      int bytes,
      int segmentBytes,
      InetSocketAddress source,
      int interfaceIndex,
      boolean isTruncated) {
    slotOf[arrived] = slot;
    bytesOf[arrived] = bytes;
    segmentBytesOf[arrived] = segmentBytes > 0 ? segmentBytes : bytes;
    sourceOf[arrived] = source;
    interfaceOf[arrived] = interfaceIndex;
    truncatedOf[arrived] = isTruncated;
    arrived++;
  }

  /** Goes to the next datagram; false: that was the last. */
  public boolean next() {
    if (end == slotBytes && !nextArrival()) {
      return false;
    }
    start = end;
    end = Math.min(start + segmentBytes, slotBytes);
    return true;
  }

  private boolean nextArrival() {
    if (current + 1 >= arrived) {
      return false;
    }
    current++;
    slot = slots[slotOf[current]];
    slotBytes = bytesOf[current];
    segmentBytes = segmentBytesOf[current];
    end = 0;
    return true;
  }

  /** The datagram: the slot's own read-only view, from its position to its limit. */
  public ByteBuffer payload() {
    return slot.clear().limit(end).position(start);
  }

  /** The datagram's length in bytes, as far as it was received. */
  public int size() {
    return end - start;
  }

  public InetSocketAddress source() {
    return Objects.requireNonNull(sourceOf[current]);
  }

  /** The index of the interface that it came in by; 0: not known. */
  public int interfaceIndex() {
    return interfaceOf[current];
  }

  /** Whether the datagram was longer than what is here of it. */
  public boolean isTruncated() {
    return truncatedOf[current];
  }

  /** Whether {@link #next} has no more to go to. */
  public boolean isLast() {
    return end == slotBytes && current + 1 == arrived;
  }

  /** How many of all datagrams are truncated. */
  public int truncated() {
    int count = 0;
    for (int i = 0; i < arrived; i++) {
      count += truncatedOf[i] ? 1 : 0;
    }
    return count;
  }

  /** When the batch was taken from the kernel, by {@link System#nanoTime}. */
  public long arrivalNanos() {
    return arrivalNanos;
  }

  /** How many buffers of the kernel's there are in it. */
  int arrived() {
    return arrived;
  }
}
