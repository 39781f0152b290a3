package dev.twincast.feed.machine;

/**
 * How fast a publisher may send: as fast as the group can take, up to a bound. Additive increase,
 * multiplicative decrease: while little is asked for again the rate grows; when somebody asks again
 * for more than a tenth of what was just sent, it falls to seven tenths of what was really sent.
 *
 * <p>Loss on a bad link, a few percent, is thus no reason to slow down; a buffer that overflows is.
 */
final class Pace {
  static final long INTERVAL_NANOS = 50_000_000;
  private static final double TOLERATED = 0.1;
  private static final double DECREASE = 0.7;
  private static final double START_BYTES_PER_SECOND = 100e6;
  private static final double MIN_BYTES_PER_SECOND = 100e3;

  /**
   * A rate of which less is used is not what bounds the stream, and nobody knows if it is right.
   */
  private static final double USED = 0.8;

  private static final double GROWTH = 0.1;
  private static final double STEPS = 200;
  private static final long MIN_ASKED = 16;
  private static final double BURST_BYTES = 128 * 1024;
  private static final double QUANTUM_BYTES = 64 * 1024;
  private static final double BURST_SECONDS = 0.001;
  private static final double NANOS = 1e9;

  private final double maxBytesPerSecond;
  private double bytesPerSecond;
  private boolean isStarting = true;
  private double credit;
  private boolean isRefilling;
  private long refilledAt;

  private long intervalAt;
  private long sentBytes;
  private long sentMessages;
  private long lastMessages;
  private double lastAchieved;
  private long intervals;

  // Of this interval and those before, each of which counts half as much as the next.
  private double averageAsked;
  private double averageRecent;

  Pace(long now, long maxBytesPerSecond) {
    this.maxBytesPerSecond = maxBytesPerSecond;
    bytesPerSecond = Math.min(START_BYTES_PER_SECOND, this.maxBytesPerSecond);
    refilledAt = now;
    intervalAt = now;
    credit = burst();
  }

  /** Whether a packet may go now. */
  boolean allows(long now) {
    double elapsed = (now - refilledAt) / NANOS;
    refilledAt = now;
    credit = Math.min(burst(), credit + elapsed * bytesPerSecond);
    isRefilling = isRefilling ? credit < quantum() : credit <= 0;
    return !isRefilling;
  }

  /** When the next packet may go, if none may now. */
  long allowedAt(long now) {
    return now + 1 + (long) Math.ceil((quantum() - credit) / bytesPerSecond * NANOS);
  }

  void sent(int bytes, long messages) {
    credit -= bytes;
    sentBytes += bytes;
    sentMessages += messages;
  }

  /** Counts the intervals: a signal counts within one. */
  long interval() {
    return intervals;
  }

  boolean isIntervalOver(long now) {
    return now - intervalAt >= INTERVAL_NANOS;
  }

  /**
   * Ends an interval, and adapts the rate.
   *
   * @param asked how many of the messages just sent the one who asked for most asked for again
   * @param isLagging whether a recorder is further behind than it should be
   * @return whether it fell: what was sent before is no reason to let it fall once more
   */
  boolean endInterval(long now, long asked, boolean isLagging) {
    double achieved = sentBytes * NANOS / (now - intervalAt);
    long recent = Math.max(sentMessages, lastMessages);
    averageAsked = (averageAsked + asked) / 2;
    averageRecent = (averageRecent + recent) / 2;
    boolean falls = isLagging || (asked >= MIN_ASKED && averageAsked > TOLERATED * averageRecent);
    if (falls) {
      isStarting = false;
      averageAsked = 0;
      double used = Math.min(Math.max(achieved, lastAchieved), bytesPerSecond);
      bytesPerSecond = Math.max(MIN_BYTES_PER_SECOND, used * DECREASE);
    } else if (achieved > USED * bytesPerSecond) {
      double step = Math.max(bytesPerSecond * GROWTH, maxBytesPerSecond / STEPS);
      bytesPerSecond = bytesPerSecond + (isStarting ? bytesPerSecond : step);
    } else if (sentBytes > 0) {
      isStarting = false; // it is the user who is slow: when he no longer is, nobody is surprised
    }
    bytesPerSecond = Math.min(bytesPerSecond, maxBytesPerSecond);
    lastMessages = sentMessages;
    lastAchieved = achieved;
    sentBytes = 0;
    sentMessages = 0;
    intervalAt = now;
    intervals++;
    return falls;
  }

  long bytesPerSecond() {
    return (long) bytesPerSecond;
  }

  /** Who has used up all credit waits for so much: what goes packet by packet costs most. */
  private double quantum() {
    return Math.min(QUANTUM_BYTES, bytesPerSecond * BURST_SECONDS);
  }

  private double burst() {
    return Math.max(BURST_BYTES, bytesPerSecond * BURST_SECONDS);
  }
}
