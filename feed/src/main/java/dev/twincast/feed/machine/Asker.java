package dev.twincast.feed.machine;

import dev.twincast.feed.mold.Session;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Somebody who has asked for messages: what is owed, what was just sent, and the share left. */
final class Asker {
  private static final int REMEMBERED = 32;
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
  }

  /** What was sent from {@code firstAt} to {@code lastAt}, one packet behind the other. */
  private static final class Sent {
    final Session session;
    final long from;
    final long firstAt;
    long end;
    long lastAt;

    Sent(Session session, long from, long end, long now) {
      this.session = session;
      this.from = from;
      this.end = end;
      firstAt = now;
      lastAt = now;
    }
  }

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

  /**
   * Owes these messages, except those at either end that are owed already or were just sent: who
   * repeats a request while it is being answered does not get all of it twice.
   */
  Verdict ask(long now, Session session, long from, long end) {
    askedAt = now;
    if (from == end) { // the end of the session is asked for
      return owe(session, from, end);
    }
    for (Owed range : owed) {
      if (range.session.equals(session)) {
        from = behind(from, range.from, range.end);
        end = before(end, range.from, range.end);
      }
    }
    for (Sent range : sent) {
      if (now - range.lastAt < limits.suppressNanos() && range.session.equals(session)) {
        from = behind(from, range.from, range.end);
        end = before(end, range.from, range.end);
      }
    }
    return from < end ? owe(session, from, end) : Verdict.DUPLICATE;
  }

  private static long behind(long number, long from, long end) {
    return from <= number && number < end ? end : number;
  }

  private static long before(long number, long from, long end) {
    return from < number && number <= end ? from : number;
  }

  private Verdict owe(Session session, long from, long end) {
    Owed last = owed.peekLast();
    if (last != null && last.session.equals(session) && last.end == from) {
      last.end = end;
    } else if (owed.size() < limits.ranges()) {
      owed.add(new Owed(session, from, end));
    } else {
      return Verdict.TOO_MANY;
    }
    return Verdict.OWED;
  }

  @Nullable Owed nextOwed() {
    return owed.peek();
  }

  /** Takes note that a packet was sent, and what in it. */
  void sent(long now, Session session, long from, long end, int bytes) {
    credit -= bytes;
    Sent last = sent.peekLast();
    if (last != null
        && last.end == from
        && now - last.firstAt < limits.suppressNanos() / 2
        && last.session.equals(session)) {
      last.end = end;
      last.lastAt = now;
      return;
    }
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
