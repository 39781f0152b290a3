package dev.twincast.feed.machine;

import dev.twincast.feed.mold.Session;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Somebody who has asked for messages: what is owed, what was just sent, and the share left. */
final class Asker {
  private static final int REMEMBERED = 8;
  private static final double NANOS = 1e9;

  /** Messages owed: from {@code from} to before {@code end}. */
  static final class Owed {
    final Session session;
    long from;
    long end;

    Owed(Session session, long from, long end) {
      this.session = session;
      this.from = from;
      this.end = end;
    }

    boolean covers(Session session, long from, long end) {
      return this.session.equals(session) && this.from <= from && this.end >= end;
    }
  }

  /** What was sent, and when. */
  private record Sent(Session session, long from, long end, long at) {}

  final InetSocketAddress address;
  private final AnswerLimits limits;
  private final ArrayDeque<Owed> owed = new ArrayDeque<>();
  private final ArrayDeque<Sent> sent = new ArrayDeque<>(REMEMBERED);
  private double credit;
  private long refilledAt;
  private long askedAt;

  // How many messages it asked for, of those just sent, within an interval of the publisher's pace.
  private long interval;
  private long asked;

  Asker(long now, InetSocketAddress address, AnswerLimits limits) {
    this.address = address;
    this.limits = limits;
    credit = limits.burstBytes();
    refilledAt = now;
    askedAt = now;
  }

  /** What became of a request. */
  enum Verdict {
    OWED,
    DUPLICATE,
    TOO_MANY
  }

  /** Owes these messages, unless they are owed already or were just sent. */
  Verdict ask(long now, Session session, long from, long end) {
    askedAt = now;
    if (isDuplicate(now, session, from, end)) {
      return Verdict.DUPLICATE;
    }
    Owed last = owed.peekLast();
    if (last != null && last.session.equals(session) && last.from <= from && last.end >= from) {
      last.end = Math.max(last.end, end);
    } else if (owed.size() < limits.ranges()) {
      owed.add(new Owed(session, from, end));
    } else {
      return Verdict.TOO_MANY;
    }
    return Verdict.OWED;
  }

  private boolean isDuplicate(long now, Session session, long from, long end) {
    for (Owed range : owed) {
      if (range.covers(session, from, end)) {
        return true;
      }
    }
    for (Sent range : sent) {
      if (now - range.at < limits.suppressNanos()
          && range.from <= from
          && range.end >= end
          && range.session.equals(session)) {
        return true;
      }
    }
    return false;
  }

  @Nullable Owed nextOwed() {
    return owed.peek();
  }

  /** Takes note that a packet was sent, and what in it. */
  void sent(long now, Session session, long from, long end, int bytes) {
    credit -= bytes;
    if (sent.size() == REMEMBERED) {
      sent.remove();
    }
    sent.add(new Sent(session, from, end, now));
  }

  /** Owes the first range no more. */
  void settle() {
    owed.remove();
  }

  boolean mayTake(long now) {
    credit =
        Math.min(
            (double) limits.burstBytes(),
            credit + (now - refilledAt) / NANOS * limits.bytesPerSecond());
    refilledAt = now;
    return credit > 0;
  }

  /** When it may take more, if it may not now. */
  long mayTakeAt(long now) {
    return now + 1 + (long) Math.ceil(-credit / limits.bytesPerSecond() * NANOS);
  }

  boolean isForgettable(long now) {
    return owed.isEmpty() && now - askedAt > FORGOTTEN_NANOS;
  }

  private static final long FORGOTTEN_NANOS = 1_000_000_000;

  /** Counts messages asked for again within an interval. */
  long countAsked(long interval, long messages) {
    if (this.interval != interval) {
      this.interval = interval;
      asked = 0;
    }
    asked += messages;
    return asked;
  }
}
