package dev.twincast.feed.mold;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads request packets, one after the other, in place. Made once and used again and again;
 * allocates nothing, so that a flood of requests does not either; not thread-safe.
 */
public final class RequestReader {
  private ByteBuffer packet = ByteBuffer.allocate(0);
  private int start;
  private long first;
  private int count;

  /**
   * Reads what remains in the buffer, which stays as it is and must not change meanwhile.
   *
   * @return whether it is a request; of a session that has a name is for {@link #session} to say
   */
  public boolean read(ByteBuffer packet) {
    if (packet.remaining() != Request.BYTES) {
      return false;
    }
    this.packet = packet;
    start = packet.position();
    first = BigEndian.longAt(packet, start + Downstream.NUMBER_AT);
    count = BigEndian.shortAt(packet, start + Downstream.COUNT_AT);
    return Request.isPossible(first, count);
  }

  /** Whether it is of this session. */
  public boolean isOf(Session session) {
    return session.isAt(packet, start);
  }

  /** The session's name, as a new value; empty: it has none. */
  public Optional<Session> session() {
    return Session.read(packet, start);
  }

  /** Whether it reports that all of the session is there, and asks for nothing. */
  public boolean isCompletion() {
    return first == 0;
  }

  /** The first number wanted; 0 if it {@link #isCompletion}. */
  public long first() {
    return first;
  }

  /** How many are wanted, 0 to 65,535. */
  public int count() {
    return count;
  }
}
