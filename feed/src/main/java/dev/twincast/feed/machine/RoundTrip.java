package dev.twincast.feed.machine;

import java.util.random.RandomGenerator;

/**
 * How long a request may take: smoothed round-trip time and its variation, RFC 6298, but with a
 * shorter minimum: recorders are near.
 */
final class RoundTrip {
  static final long MIN_NANOS = 1_000_000;
  private static final long FIRST_NANOS = 20_000_000;
  private static final long MAX_NANOS = 1_000_000_000;
  private static final long MAX_PATIENCE_NANOS = 50_000_000;
  private static final int MAX_DOUBLINGS = 6;

  private static final int DECAY = 16;

  private long smoothed;
  private long variation;

  /** What is waited beyond: twice as much after each request that was repeated too soon. */
  private long patience = MIN_NANOS;

  /** Takes the time that a request took which was made once. */
  void sample(long nanos) {
    if (smoothed == 0) {
      smoothed = Math.max(1, nanos);
      variation = nanos / 2;
    } else {
      variation += (Math.abs(nanos - smoothed) - variation) / 4;
      smoothed += (nanos - smoothed) / 8;
    }
    patience -= patience / DECAY;
  }

  /**
   * Takes note that an answer came twice: the request was repeated though the first answer was only
   * late. Such requests give no sample, so that without this a time-out once too short stays so.
   */
  void repeatedTooSoon() {
    patience = Math.min(MAX_PATIENCE_NANOS, Math.max(MIN_NANOS, patience) * 2);
  }

  /** The smoothed round-trip time; 0: not known yet. */
  long smoothed() {
    return smoothed;
  }

  /**
   * How long to wait for an answer, with a quarter of jitter so that many do not ask as one.
   *
   * @param rounds how often everybody was asked before: each doubles the time
   */
  long timeout(int rounds, RandomGenerator random) {
    long base = smoothed == 0 ? FIRST_NANOS : smoothed + Math.max(4 * variation, patience);
    long doubled = Math.max(MIN_NANOS, base) << Math.min(rounds, MAX_DOUBLINGS);
    long nanos = Math.min(doubled, MAX_NANOS);
    return nanos + random.nextLong(nanos / 4 + 1);
  }
}
