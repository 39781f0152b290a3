package dev.twincast.feed.machine;

import dev.twincast.feed.mold.Downstream;
import dev.twincast.feed.mold.Request;
import dev.twincast.feed.mold.Session;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a session ends, when that is known. It is told behind the last message; and when the caller
 * says that it has finished with all of them, that is reported to the publisher: at once, and again
 * whenever the end is heard, since any report may be lost.
 */
final class SessionEnd {
  private final Silence silence;
  private long number = Long.MAX_VALUE;
  private boolean isPartial;
  private boolean isTold;
  private boolean isComplete;
  private boolean isReportDue;

  /**
   * @param silence is no longer noticed once the end is known: there is nothing more to hear
   */
  SessionEnd(Silence silence) {
    this.silence = silence;
  }

  boolean isKnown() {
    return number != Long.MAX_VALUE;
  }

  /** The number behind the last message; {@link Long#MAX_VALUE}: it is not known. */
  long number() {
    return number;
  }

  /** The session was heard live from this number on. */
  void joinedAt(long first) {
    isPartial = first > 1;
  }

  void is(long number) {
    this.number = number;
    silence.end();
  }

  /** Takes what a packet says of it, which knows of all messages below {@code highest}. */
  void hear(Downstream packet, long highest) {
    if (packet.isEndOfSession() && packet.number() >= highest) {
      is(packet.number());
      isReportDue = isComplete;
    }
  }

  /** It is not before this number: if it was, the publisher goes on with the session. */
  void isNotBefore(long next) {
    if (next > number) {
      number = Long.MAX_VALUE;
      isTold = false;
      isComplete = false;
      isReportDue = false;
    }
  }

  /** The event, once, when all before it was delivered; else null. */
  SubscriberEvent.@Nullable Ended tell(Session session, long delivered) {
    if (isTold || delivered < number) {
      return null;
    }
    isTold = true;
    return new SubscriberEvent.Ended(session, number);
  }

  /** The caller has finished with everything; returns whether that is to be reported. */
  boolean complete() {
    isComplete = isTold && !isPartial;
    isReportDue = isComplete;
    return isComplete;
  }

  /** Fills in the report if one is due, and somebody known to take it. */
  boolean report(Session session, @Nullable InetSocketAddress publisher, Transmit out) {
    if (!isReportDue || publisher == null) {
      return false;
    }
    isReportDue = false;
    ByteBuffer packet = out.to(Channel.ASK, publisher);
    Request.completion(session).writeTo(packet);
    packet.flip();
    return true;
  }
}
