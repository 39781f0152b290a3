package dev.twincast.feed.machine;

import dev.twincast.feed.mold.DownstreamWriter;
import dev.twincast.feed.mold.Session;
import java.nio.ByteBuffer;

/**
 * Packets that wait to be sent, whole and in order, in a ring made once. Messages go into the last
 * packet while they fit; the first is taken as it is, full or not: so nothing waits while the port
 * is free, and what gathers while it is busy fills packets. Messages of one length fill packets of
 * one length, which can be sent as one (UDP segmentation offload).
 */
final class Backlog {
  private final int slotBytes;
  private final int slots;
  private final ByteBuffer ring;
  private final ByteBuffer whole;
  private final int[] lengthOf;
  private final long[] nextOf;
  private final DownstreamWriter writer;

  private int first;
  private int count;
  private int lastBytes;

  Backlog(Session session, int packets, int packetBytes) {
    slots = packets;
    slotBytes = packetBytes;
    ring = ByteBuffer.allocate(Math.multiplyExact(packets, packetBytes));
    whole = ring.duplicate();
    lengthOf = new int[packets];
    nextOf = new long[packets];
    writer = new DownstreamWriter(session);
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Whether nothing more goes into the first packet, as far as messages of that length go. */
  boolean isFirstFull() {
    return count > 1 || !writer.fits(lastBytes);
  }

  int packets() {
    return count;
  }

  /** Whether a message of this length has room, which one packet holds. */
  boolean hasRoom(int lengthBytes) {
    return count < slots || writer.fits(lengthBytes);
  }

  void add(long number, ByteBuffer message) {
    if (count == 0 || !writer.fits(message.remaining())) {
      int slot = slot(count++);
      writer.begin(ring.clear().limit((slot + 1) * slotBytes).position(slot * slotBytes), number);
    }
    writer.add(message);
    lastBytes = message.remaining();
    int slot = slot(count - 1);
    lengthOf[slot] = ring.position() - slot * slotBytes;
    nextOf[slot] = number + 1;
  }

  /** The length of the first packet in bytes. */
  int firstBytes() {
    return lengthOf[first];
  }

  /** The number behind the last message of the first packet. */
  long firstNext() {
    return nextOf[first];
  }

  /** Copies the first packet out, and forgets it. */
  void take(ByteBuffer out) {
    int length = lengthOf[first];
    out.put(out.position(), whole, first * slotBytes, length);
    out.position(out.position() + length);
    first = slot(1);
    count--;
  }

  private int slot(int i) {
    int slot = first + i;
    return slot < slots ? slot : slot - slots;
  }
}
