package dev.twincast.feed.mold;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes a downstream packet into a buffer, message by message: {@code begin}, then {@code add}
 * while it {@code fits}. Made once and used again and again; allocates nothing; not thread-safe.
 *
 * <p>The packet is whole after each call: the count is kept up to date. The buffer's position
 * stands behind it.
 */
public final class DownstreamWriter {
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private final Session session;
  private ByteBuffer out = NONE;
  private int start;
  private int count;

  public DownstreamWriter(Session session) {
    this.session = session;
  }

  /** Begins a packet at the buffer's position, so far a heartbeat; sets the order to big-endian. */
  public void begin(ByteBuffer out, long number) {
    this.out = out.order(ByteOrder.BIG_ENDIAN);
    start = out.position();
    count = 0;
    session.putPaddedRight(out);
    out.putLong(number).putShort((short) Downstream.HEARTBEAT);
  }

  /** Makes the packet, which has no message yet, an end of session. */
  public void endSession() {
    out.putShort(start + Downstream.COUNT_AT, (short) Downstream.END_OF_SESSION);
  }

  /** Whether one more message of this length has room in what remains of the buffer. */
  public boolean fits(int lengthBytes) {
    return count < Downstream.MAX_COUNT && Downstream.LENGTH_BYTES + lengthBytes <= out.remaining();
  }

  /** Adds what remains in the message, which stays as it is. It must fit. */
  public void add(ByteBuffer message) {
    int length = message.remaining();
    out.putShort((short) length);
    out.put(out.position(), message, message.position(), length);
    out.position(out.position() + length);
    count();
  }

  /** Counts a message whose length and bytes the caller has put into the buffer. */
  public void count() {
    count++;
    out.putShort(start + Downstream.COUNT_AT, (short) count);
  }

  /** How many messages there are in it. */
  public int messages() {
    return count;
  }
}
