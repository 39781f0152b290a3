package dev.twincast.feed.mold;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A request packet: what somebody wants to be sent again.
 *
 * <p>A request for none is how a recorder acknowledges: all below the number is kept, that one
 * would be the next. With number 0, which no message has, it is how a receiver reports that it has
 * all of the session.
 *
 * @param first the first number wanted; 0 only with a count of 0
 * @param count how many, 0 to 65,535
 */
public record Request(Session session, long first, int count) {
  public static final int BYTES = 20;

  public Request {
    if (!isPossible(first, count)) {
      throw new IllegalArgumentException("number " + first + " is not one of a message");
    }
    if (count < 0 || count > 0xFFFF) {
      throw new IllegalArgumentException("a request for " + count + " is not in 0 to 65535");
    }
  }

  /** The report of a receiver that has all of a session. */
  public static Request completion(Session session) {
    return new Request(session, 0, 0);
  }

  static boolean isPossible(long first, int count) {
    return (first >= 1 && first <= Downstream.MAX_NUMBER) || (first == 0 && count == 0);
  }

  /** Reads what remains in the buffer, which stays as it is; empty: that is no request. */
  public static Optional<Request> read(ByteBuffer packet) {
    var in = new RequestReader();
    return in.read(packet)
        ? in.session().map(session -> new Request(session, in.first(), in.count()))
        : Optional.empty();
  }

  /** Writes the packet at the buffer's position, which moves behind it. */
  public void writeTo(ByteBuffer out) {
    out.order(ByteOrder.BIG_ENDIAN);
    session.putPaddedRight(out);
    out.putLong(first).putShort((short) count);
  }
}
