package dev.twincast.feed.machine;

import dev.twincast.feed.mold.Request;
import dev.twincast.feed.mold.Session;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks for what is missing: each gap at once, from one recorder; from another when that does not
 * answer in time; and knows when there is nobody left to ask.
 */
final class Repair {
  private static final int MAX_COUNT = 0xFFFF;
  private static final int PUBLISHER_ATTEMPTS = 5;
  private static final int MAX_KNOWN = 1024;
  private static final long WAIT_NANOS = 100_000_000;

  /** Requests this part of a round trip apart may be answered in another order. */
  private static final int REORDERED_SHARE = 4;

  /** What lies between two gaps is asked for with them if it is no more than a packet holds. */
  private static final int MERGED_BYTES = 1024;

  /** So much may be under way: less than a receive buffer keeps while its reader is not there. */
  private static final int MAX_BYTES_UNDER_WAY = 512 << 10;

  private final SubscriberSettings settings;
  private final RecorderChoice choice;
  private final RandomGenerator random;
  private final Window window;
  private final RoundTrip roundTrip = new RoundTrip();

  /** What recorders have said: the first number that they keep, if not 1. */
  private final Map<InetSocketAddress, Long> firstKept = new HashMap<>();

  final Missing missing;
  private @Nullable InetSocketAddress publisher;
  private long requests;
  private long timeouts;

  // Requests are answered in their order: what was asked for later than this is still to come.
  private @Nullable InetSocketAddress answeredBy;
  private long answeredAt;
  private long answeredAskedAt;

  Repair(
      SubscriberSettings settings, RecorderChoice choice, RandomGenerator random, Window window) {
    this.window = window;
    this.settings = settings;
    this.choice = choice;
    this.random = random;
    missing = new Missing(settings.maxGaps());
  }

  /** Says who publishes, and may be asked; null: nobody known. */
  void publisher(@Nullable InetSocketAddress publisher) {
    this.publisher = publisher;
  }

  /** Whether we might have asked this one. */
  boolean isAsked(InetSocketAddress from) {
    return from.equals(publisher) || choice.recorders().contains(from);
  }

  /** Takes note that a recorder keeps nothing below a number. */
  void refused(long now, InetSocketAddress from, long first) {
    if (first <= firstKept.getOrDefault(from, 1L)) {
      return;
    }
    if (firstKept.size() >= MAX_KNOWN) {
      firstKept.keySet().retainAll(choice.recorders()); // names may have had many addresses
    }
    firstKept.put(from, first);
    for (int i = 0; i < missing.size(); i++) {
      Gap gap = missing.get(i);
      if (gap.from < first && from.equals(gap.asked) && gap.attempts > 0) {
        choice.answered(now, from, now - gap.askedAt);
        gap.due = now;
        gap.isTimed = false;
      }
    }
  }

  private boolean mayHave(InetSocketAddress recorder, long number) {
    return firstKept.getOrDefault(recorder, 1L) <= number;
  }

  /** The first number that anybody who may be asked keeps, above one that nobody does. */
  long firstKeptByAny(long number) {
    long first = Long.MAX_VALUE;
    for (InetSocketAddress recorder : choice.recorders()) {
      first = Math.min(first, firstKept.getOrDefault(recorder, 1L));
    }
    if (publisher != null && firstKept.containsKey(publisher)) {
      first = Math.min(first, firstKept.getOrDefault(publisher, 1L));
    }
    return Math.max(first, number + 1);
  }

  /** Whether everybody who could be asked has said that it does not keep this message. */
  boolean isKeptByNobody(long number) {
    boolean isAnybodyKnown = publisher != null || !choice.recorders().isEmpty();
    return isAnybodyKnown
        && (publisher == null || !mayHave(publisher, number))
        && choice.recorders().stream().noneMatch(recorder -> mayHave(recorder, number));
  }

  /** Takes note that part of a gap came in answer. */
  void answered(long now, InetSocketAddress from, Gap gap) {
    if (!from.equals(gap.asked)) {
      return;
    }
    if (gap.isTimed) {
      // Only of what was asked for once is known which request is answered (Karn's algorithm).
      gap.isTimed = false;
      roundTrip.sample(now - gap.askedAt);
      answeredBy = from;
      answeredAt = now;
      answeredAskedAt = gap.askedAt;
    }
    choice.answered(now, from, now - gap.askedAt);
    gap.attempts = 1;
    gap.due = now + Math.max(RoundTrip.MIN_NANOS, 2 * roundTrip.smoothed());
  }

  /** Takes note that an answer brought nothing new. */
  void repeatedTooSoon() {
    roundTrip.repeatedTooSoon();
  }

  /** When the next request is due, of messages below a number. */
  long nextDue(long limit) {
    long next = Machine.NEVER;
    long room = maxUnderWay();
    for (int i = 0; i < missing.size() && room > 0; i++) {
      Gap gap = missing.get(i);
      if (gap.from >= limit) {
        break;
      }
      next = Timers.earlier(next, gap.due);
      room -= gap.underWay();
    }
    return next;
  }

  /** The first gap below a number that is due, if not too much is under way; null: none is. */
  @Nullable Gap due(long now, long limit) {
    room = maxUnderWay();
    for (int i = 0; i < missing.size() && room > 0; i++) {
      Gap gap = missing.get(i);
      if (gap.from >= limit) {
        return null;
      }
      if (isOvertaken(gap)) {
        gap.due = now;
        gap.asked = null; // it answers: to ask it once more is as good as to ask another
      }
      if (gap.due - now <= 0 && !isStillToCome(now, gap)) {
        return gap;
      }
      room -= gap.underWay();
    }
    return null;
  }

  private long maxUnderWay() {
    return MAX_BYTES_UNDER_WAY / window.meanBytes();
  }

  /** Whether what was asked for before still comes in; the gap is due later then. */
  private boolean isStillToCome(long now, Gap gap) {
    if (!isFromWhoAnswers(gap) || gap.askedAt - answeredAskedAt <= 0) {
      return false;
    }
    gap.due = answeredAt + roundTrip.timeout(0, random);
    return gap.due - now > 0;
  }

  /** Whether what was asked for clearly later has come: then the request or its answer is lost. */
  private boolean isOvertaken(Gap gap) {
    return isFromWhoAnswers(gap)
        && answeredAskedAt - gap.askedAt > roundTrip.smoothed() / REORDERED_SHARE;
  }

  private boolean isFromWhoAnswers(Gap gap) {
    return gap.attempts > 0 && Objects.equals(gap.asked, answeredBy);
  }

  /** Why a gap that is due is lost, or a first part of it; null: it is to be asked for. */
  @Nullable LostReason lostReason(long now, Gap gap) {
    if (now - gap.seenAt >= settings.giveUpNanos()) {
      return LostReason.UNREACHABLE;
    }
    boolean isRefused =
        !choice.recorders().isEmpty()
            && choice.recorders().stream().noneMatch(recorder -> mayHave(recorder, gap.from));
    boolean isPublisherDone = publisher == null || gap.publisherAttempts >= PUBLISHER_ATTEMPTS;
    return isKeptByNobody(gap.from) || (isRefused && isPublisherDone) ? LostReason.NOT_KEPT : null;
  }

  /** Fills in a request for a gap that is due, and for those behind it that may go with it. */
  boolean request(long now, Session session, Gap gap, long limit, Transmit out) {
    if (gap.attempts > 0 && gap.asked != null && mayHave(gap.asked, gap.from)) {
      timeouts++;
      choice.timedOut(now, gap.asked, gap.askedAt);
    }
    InetSocketAddress to = target(now, gap);
    if (to == null) {
      gap.due = now + WAIT_NANOS;
      return false;
    }
    long end = merge(now, gap, to, limit);
    ByteBuffer packet = out.to(Channel.ASK, to);
    new Request(session, gap.from, (int) (end - gap.from)).writeTo(packet);
    packet.flip();
    requests++;
    return true;
  }

  /** Fills in a request for what comes next, of which is not known whether it exists. */
  boolean probe(long now, Session session, long number, Transmit out) {
    InetSocketAddress to = choice.choose(now, probed, recorder -> true);
    if (to == null) {
      to = publisher;
    }
    if (to == null) {
      return false;
    }
    probed = to;
    ByteBuffer packet = out.to(Channel.ASK, to);
    new Request(session, number, 1).writeTo(packet);
    packet.flip();
    return true;
  }

  private @Nullable InetSocketAddress probed;

  /** How many messages more may be asked for, without what lies behind the gap that is due. */
  private long room;

  private long merge(long now, Gap first, InetSocketAddress to, long limit) {
    long max = Math.min(limit, first.from + Math.min(MAX_COUNT, room));
    long end = first.from;
    int between = Math.min(settings.mergeMessages(), MERGED_BYTES / window.meanBytes());
    for (int i = missing.indexOf(first.from); i < missing.size(); i++) {
      Gap gap = missing.get(i);
      boolean isNext = gap == first || gap.from - end <= between;
      if (!isNext || gap.from >= max || gap.due - now > 0) {
        break;
      }
      if (gap.end > max) {
        missing.split(i, max);
      }
      end = gap.end;
      asked(now, gap, to);
    }
    return end;
  }

  private void asked(long now, Gap gap, InetSocketAddress to) {
    gap.isTimed = gap.attempts == 0;
    gap.askedAt = now;
    gap.asked = to;
    // Who is asked for the first time need not wait because another did not answer.
    int rounds = gap.attempts / (choice.recorders().size() + 1);
    gap.due = now + roundTrip.timeout(rounds, random);
    gap.attempts++;
    if (to.equals(publisher)) {
      gap.publisherAttempts++;
    }
  }

  private @Nullable InetSocketAddress target(long now, Gap gap) {
    InetSocketAddress publisher = this.publisher;
    boolean isPublisherWorthAsking = publisher != null && mayHave(publisher, gap.from);
    int recorders = choice.recorders().size();
    boolean isPublishersTurn =
        settings.asksPublisherFirst()
            ? gap.attempts % 2 == 0
            : gap.attempts >= 2 * recorders && gap.attempts % 2 == 0;
    if (isPublisherWorthAsking && isPublishersTurn) {
      return publisher;
    }
    InetSocketAddress recorder =
        choice.choose(now, gap.asked, candidate -> mayHave(candidate, gap.from));
    return recorder == null && isPublisherWorthAsking ? publisher : recorder;
  }

  long requests() {
    return requests;
  }

  long timeouts() {
    return timeouts;
  }
}
