package dev.twincast.feed.machine;

import dev.twincast.feed.mold.Downstream;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who publishes the session. There is one at a time: whoever was heard first, until it has been
 * silent for so long that another may take its place. Notices when the numbers go back, which means
 * that they are used a second time.
 *
 * <p>Old numbers that arrive late are no sign of that. So it is one only if no newer packet has
 * come for longer than the network may delay one.
 */
final class LiveSource {
  /** After two heartbeats left out, a publisher is gone. */
  private static final long SILENT_NANOS = 2_500_000_000L;

  /** How much later than newer packets an old one may arrive. */
  private static final long REORDERED_NANOS = 250_000_000;

  /** The same, after a stored position: that was stored a while ago. */
  private static final long BEGUN_NANOS = 20_000_000;

  /** How long a publisher that comes back may take to learn the last number from recorders. */
  private static final long PATIENCE_NANOS = 1_500_000_000;

  /** The highest next number that was announced live, or was delivered before. */
  long highest() {
    return highest;
  }

  /** What a packet is to be taken for. */
  private enum Verdict {
    OURS,
    ANOTHER,
    MOVED,
    WENT_BACK,
    IGNORED
  }

  private final Notices notices;
  private @Nullable InetSocketAddress address;
  private long highest;
  private long begunAt;
  private long heardAt;
  private long confirmedAt;
  private boolean isBehind;
  private long behindSince;
  private SubscriberEvent.@Nullable WentBack wentBack;

  private @Nullable InetSocketAddress challenger;
  private long lowestChallenge;

  LiveSource(Notices notices) {
    this.notices = notices;
  }

  /** Knows from before that numbers below this one were used, and heard nothing until now. */
  void begin(long now, long number) {
    highest = number;
    begunAt = now;
  }

  /** Whether to take a packet of the session; if not, its reason is told. */
  boolean isOurs(long now, InetSocketAddress from, Downstream packet) {
    InetSocketAddress before = address;
    return switch (hear(now, from, packet.number(), packet.nextNumber())) {
      case OURS -> true;
      case IGNORED -> false;
      case ANOTHER -> {
        notices.anotherPublisher(from);
        yield false;
      }
      case MOVED -> {
        notices.publisherMoved(Objects.requireNonNull(before), from);
        yield true;
      }
      case WENT_BACK -> {
        wentBack = new SubscriberEvent.WentBack(from, highest, packet.number());
        notices.addAlways(wentBack);
        yield false;
      }
    };
  }

  /**
   * Judges a packet.
   *
   * @param first the number of its first message, or {@code next} if it has none
   * @param next the number that comes after it
   */
  private Verdict hear(long now, InetSocketAddress from, long first, long next) {
    Verdict verdict = Verdict.OURS;
    if (address == null) {
      if (next < highest && now - begunAt < BEGUN_NANOS) {
        return Verdict.IGNORED;
      }
      address = from;
      heardAt = now;
      confirmedAt = highest == 0 ? now : now - REORDERED_NANOS - 1;
    } else if (!from.equals(address)) {
      if (now - heardAt <= SILENT_NANOS) {
        challenge(from, first, next);
        return Verdict.ANOTHER;
      }
      boolean isBack = hasGoneBack() || (from.equals(challenger) && lowestChallenge < highest);
      address = from;
      verdict = isBack ? Verdict.WENT_BACK : Verdict.MOVED;
    } else if (hasGoneBack()) {
      verdict = Verdict.IGNORED;
    }
    isBehind &= now - heardAt <= SILENT_NANOS;
    heardAt = now;
    return verdict == Verdict.OURS || verdict == Verdict.MOVED
        ? judge(now, first, next, verdict)
        : verdict;
  }

  private void challenge(InetSocketAddress from, long first, long next) {
    if (!from.equals(challenger)) {
      challenger = from;
      lowestChallenge = Long.MAX_VALUE;
    }
    if (first < next) {
      lowestChallenge = Math.min(lowestChallenge, first);
    }
  }

  private Verdict judge(long now, long first, long next, Verdict verdict) {
    boolean hasMessages = first < next;
    boolean isLate = now - confirmedAt <= REORDERED_NANOS;
    boolean isPatienceOver = isBehind && now - behindSince > PATIENCE_NANOS;
    if (next >= highest) {
      if (isBehind && hasMessages && !isPatienceOver) {
        // It may have begun with old numbers, and these have overtaken them on the way.
        return Verdict.IGNORED;
      }
      highest = next;
      confirmedAt = now;
      isBehind = false;
    } else if (!isLate && (hasMessages || isPatienceOver)) {
      return Verdict.WENT_BACK;
    } else if (!isLate && !isBehind) {
      isBehind = true;
      behindSince = now;
    }
    return verdict;
  }

  /** Whether numbers were used a second time: then nothing more of the session is taken. */
  boolean hasGoneBack() {
    return wentBack != null;
  }

  /** That it did, and how. */
  Optional<SubscriberEvent.WentBack> wentBack() {
    return Optional.ofNullable(wentBack);
  }

  boolean isKnown() {
    return address != null;
  }

  @Nullable InetSocketAddress address() {
    return address;
  }

  /** The publisher, if it may be asked; not if it counts from old numbers again. */
  @Nullable InetSocketAddress trusted() {
    return hasGoneBack() || isBehind ? null : address;
  }
}
