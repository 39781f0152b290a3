package dev.twincast.feed.machine;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Catching up by a replay: from the moment when too much is missing, until what is replayed meets
 * what was heard live meanwhile.
 *
 * <pre>
 *   expected ──replay──▶ ┊ here, heard live ┊ …  highest
 *                        met: joined, and the few holes behind are asked for by datagrams
 * </pre>
 *
 * <p>Who answers requests need not replay: others' request servers do not. So when nobody does, all
 * is asked for by datagrams for a while, though it is much.
 */
final class Replay {
  private static final long RETRY_NANOS = 50_000_000;
  private static final int MAX_DOUBLINGS = 6;
  private static final int REFUSALS = 3;

  /** So many failures in a row, and it is done without a replay. */
  private static final int FAILURES = 3;

  /** The most that is then asked for: so many numbers are looked at one by one. */
  private static final int MAX_BY_DATAGRAMS = 1 << 20;

  /**
   * Between messages that were heard live there may be many holes; the rest in the next attempt.
   */
  private static final int MAX_HOLES = 1024;

  private final SubscriberSettings settings;
  private final Timers timers;
  private final Notices notices;
  private final Repair repair;
  private final Stream stream;
  private final LiveSource source;

  private boolean isWanted;
  private long progressAt;
  private int failures;
  private int refusals;
  private long firstKept = Long.MAX_VALUE;
  private long messages;
  private boolean isByDatagrams;
  private long byDatagramsSince;

  Replay(
      SubscriberSettings settings,
      Timers timers,
      Notices notices,
      Repair repair,
      Stream stream,
      LiveSource source) {
    this.settings = settings;
    this.timers = timers;
    this.notices = notices;
    this.repair = repair;
    this.stream = stream;
    this.source = source;
  }

  /** Whether so many messages, which are being asked for, are better replayed. */
  boolean isFor(long now, long missing) {
    boolean isMuch = missing > settings.replayMessages();
    // Not for so long that they would be lost although they are coming.
    isByDatagrams &= isMuch && now - byDatagramsSince < settings.giveUpNanos() / 2;
    return isMuch && !isByDatagrams;
  }

  void start(long now) {
    stream.stopTracking();
    isWanted = true;
    progressAt = now;
    failures = 0;
    forgetRefusals();
  }

  private void forgetRefusals() {
    refusals = 0;
    firstKept = Long.MAX_VALUE;
  }

  /** Whether a connection is to be made now; that counts as done then. */
  boolean takeWanted() {
    boolean take = isWanted && stream.hasRoomForReplay();
    isWanted &= !take;
    return take;
  }

  /** Takes note that a recorder begins with a number; whether that is of use. */
  boolean started(long now, InetSocketAddress recorder, long number) {
    isWanted = false;
    return number <= stream.expected() || isOfUseAfterRefusal(now, recorder, number);
  }

  private boolean isOfUseAfterRefusal(long now, InetSocketAddress recorder, long number) {
    repair.refused(now, recorder, number);
    long wanted = stream.expected();
    firstKept = firstKept > wanted ? Math.min(firstKept, number) : number;
    // Behind an address that is not on the list there may be several recorders: ask some more.
    boolean isRefused = !repair.isAsked(recorder) && ++refusals >= REFUSALS;
    boolean isKeptByNobody = repair.isKeptByNobody(wanted);
    if (isRefused || isKeptByNobody) {
      // What they have said last: who keeps little keeps other messages than a moment ago.
      long end = isKeptByNobody ? Math.min(number, repair.firstKeptByAny(wanted)) : firstKept;
      for (int i = 0; i < MAX_HOLES && stream.expected() < end && !stream.isTracking(); i++) {
        lose(now, new Range(stream.expected(), end), LostReason.NOT_KEPT);
      }
      if (number <= stream.expected() && !stream.isTracking()) {
        return true;
      }
    }
    if (!stream.isTracking()) {
      failed(now);
    }
    return false;
  }

  /** Takes the message {@code expected}; false: there is no room. */
  boolean take(long now, ByteBuffer message, boolean isLiveKnown) {
    long number = stream.expected();
    if (!stream.takeReplayed(now, message)) {
      return false;
    }
    took(now, number, 1, isLiveKnown);
    return true;
  }

  /** Counts messages from {@code expected} on as delivered; returns how many. */
  int pass(long now, int messages, boolean isLiveKnown) {
    long number = stream.expected();
    int passed = stream.passReplayed(messages);
    took(now, number, passed, isLiveKnown);
    return passed;
  }

  private void took(long now, long number, int count, boolean isLiveKnown) {
    messages += count;
    progressAt = now;
    failures = 0;
    forgetRefusals();
    boolean hasMet = stream.expected() > number + count;
    if (hasMet || isAtEnd(isLiveKnown)) {
      join(now);
    }
  }

  void failed(long now) {
    long wanted = stream.expected();
    if (now - progressAt > settings.giveUpNanos() && stream.highest() > wanted) {
      progressAt = now;
      lose(now, new Range(wanted, stream.highest()), LostReason.UNREACHABLE);
    }
    joinIfLive(now);
    if (!stream.isTracking() && source.isKnown() && failures >= FAILURES - 1) {
      byDatagramsSince = now;
      isByDatagrams = true;
      join(now, MAX_BY_DATAGRAMS);
    }
    if (!stream.isTracking()) {
      long pause = RETRY_NANOS << Math.min(failures, MAX_DOUBLINGS);
      failures++;
      isWanted = false;
      timers.set(Timer.REPLAY, now + pause);
    }
  }

  void onTimeout(long now) {
    isWanted |= timers.expire(Timer.REPLAY, now);
  }

  /** Gives up messages, as far as they are not here. */
  void lose(long now, Range range, LostReason reason) {
    stream.lose(new Range(range.from(), stream.endOfMissing(range)), reason);
    joinIfLive(now);
  }

  /** Joins, unless nobody was heard: how much there is, only a recorder can tell then. */
  private void joinIfLive(long now) {
    if (source.isKnown()) {
      join(now);
    }
  }

  /** Joins if there is nothing more to come, or no connection was made yet, and few are missing. */
  void joinIfPossible(long now, boolean isLiveKnown) {
    if (isWanted || isAtEnd(isLiveKnown)) {
      join(now);
    }
  }

  private boolean isAtEnd(boolean isLiveKnown) {
    return isLiveKnown && stream.expected() >= stream.highest();
  }

  /** Joins if few enough are missing that they can be asked for by datagrams. */
  void join(long now) {
    join(now, settings.replayMessages() / 2);
  }

  private void join(long now, long maxMissing) {
    if (!stream.isTracking() && stream.track(now, maxMissing)) {
      isWanted = false;
      timers.clear(Timer.REPLAY);
      notices.add(new SubscriberEvent.Joined(stream.expected()));
    }
  }

  /** How many messages were taken. */
  long messages() {
    return messages;
  }
}
