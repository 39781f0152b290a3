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
  private static final int MAX_DOUBLINGS = 6;

  private long smoothed;
  private long variation;

  /** Takes the time that a request took which was made once. */
  void sample(long nanos) {
    if (smoothed == 0) {
      smoothed = Math.max(1, nanos);
      variation = nanos / 2;
    } else {
      variation += (Math.abs(nanos - smoothed) - variation) / 4;
      smoothed += (nanos - smoothed) / 8;
    }
  }

  /** The smoothed round-trip time; 0: not known yet. */
  long smoothed() {
    return smoothed;
  }

  /**
   * How long to wait for an answer, with a quarter of jitter so that many do not ask as one.
   *
   * @param attempts how often it was asked before: each doubles the time
   */
  long timeout(int attempts, RandomGenerator random) {
    long base = smoothed == 0 ? FIRST_NANOS : smoothed + 4 * variation;
    long doubled = Math.max(MIN_NANOS, base) << Math.min(attempts, MAX_DOUBLINGS);
    long nanos = Math.min(doubled, MAX_NANOS);
    return nanos + random.nextLong(nanos / 4 + 1);
  }
}
