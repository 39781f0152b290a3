package dev.twincast.feed.mold;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A request packet: what somebody wants to be sent again.
 *
 * <p>A request for none is how a recorder acknowledges: all below the number is kept, that one
 * would be the next.
 *
 * @param first the first number wanted
 * @param count how many, 0 to 65,535
 */
public record Request(Session session, long first, int count) {
  public static final int BYTES = 20;

  public Request {
    if (first < 1 || first > Downstream.MAX_NUMBER) {
      throw new IllegalArgumentException("number " + first + " is not one of a message");
    }
    if (count < 0 || count > 0xFFFF) {
      throw new IllegalArgumentException("a request for " + count + " is not in 0 to 65535");
    }
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
