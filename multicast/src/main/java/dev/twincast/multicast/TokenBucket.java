package dev.twincast.multicast;

/**
 * Keeps a rate: says how long to wait before so many tokens may be spent. What is spent at once may
 * be more than the bucket holds; the next one then waits for all of it. Who comes late by less than
 * a millisecond is not made to lose that: so a sleep that was too long does not lower the rate.
 *
 * <p>Knows no clock: time comes in, nanoseconds of any monotonic clock. Not thread-safe.
 */
final class TokenBucket {
  /** What the bucket holds: tokens of one millisecond. */
  static final long CAPACITY_NANOS = 1_000_000;

  private final double nanosPerToken;
  private long last;

  // How long from last on until all that was spent is paid for; below zero: saved.
  private double debtNanos;

  TokenBucket(long tokensPerSecond, long now) {
    nanosPerToken = 1e9 / tokensPerSecond;
    last = now;
  }

  /** Spends tokens; how long to wait before acting on it, in nanoseconds. */
  long spend(long now, long tokens) {
    debtNanos = Math.max(debtNanos - (now - last), -CAPACITY_NANOS);
    last = now;
    long wait = (long) Math.ceil(Math.max(0, debtNanos));
    debtNanos += tokens * nanosPerToken;
    return wait;
  }
}
