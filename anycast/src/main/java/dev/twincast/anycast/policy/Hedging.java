package dev.twincast.anycast.policy;

/**
 * When a call deserves a second copy, and whether there is budget for it. All calls of a client
 * share one. Not thread-safe.
 *
 * <p>Each call that may be hedged earns a twentieth of a copy, so copies add 5 % at most to the
 * load; what is saved up is bounded, so that a fleet that turns slow is not flooded.
 */
public final class Hedging {

  /** The earliest second copy by percentile: sooner it is jitter of the scheduler. */
  static final long SHORTEST_NANOS = 1_000_000;

  /** By percentile, until enough answers are known. */
  static final long FIRST_NANOS = 30_000_000;

  /** Sooner nobody is blamed for silence: schedulers and garbage collectors pause as long. */
  static final long FIRST_BLAME_NANOS = 25_000_000;

  /** The same by percentile, where the user has not said what is long. */
  static final long FIRST_BLAME_BY_PERCENTILE_NANOS = 100_000_000;

  private static final int EARNED_BY_A_CALL = 1;
  private static final int COPY = 20;

  /** Eight copies: enough to notice a replica that froze, and to eject it. */
  private static final int MOST_SAVED = 8 * COPY;

  private static final int ENOUGH_ANSWERS = 64;

  private final boolean enabled;
  private final long fixedNanos; // 0: by percentile
  private final Latency latency = new Latency();
  private int saved = MOST_SAVED;
  private long percentileNanos = FIRST_NANOS;
  private int answersSince;

  private Hedging(boolean enabled, long fixedNanos) {
    this.enabled = enabled;
    this.fixedNanos = fixedNanos;
  }

  /** Never. */
  public static Hedging off() {
    return new Hedging(false, 0);
  }

  /** After this time without an answer. */
  public static Hedging after(long nanos) {
    return new Hedging(true, nanos);
  }

  /** When a call takes longer than 95 of 100 have lately. */
  public static Hedging atPercentile() {
    return new Hedging(true, 0);
  }

  /** Whether second copies are sent at all. */
  public boolean isEnabled() {
    return enabled;
  }

  /** A call begins that may be hedged. */
  public void onCall() {
    saved = Math.min(saved + EARNED_BY_A_CALL, MOST_SAVED);
  }

  /** A call was answered after this time. */
  public void onAnswer(long nanos) {
    if (!enabled || fixedNanos > 0) {
      return;
    }
    latency.add(nanos);
    if (++answersSince >= ENOUGH_ANSWERS) {
      answersSince = 0;
      percentileNanos = Math.max(SHORTEST_NANOS, latency.percentile(0.95));
    }
  }

  /** How long to wait for an answer before the second copy. */
  public long delayNanos() {
    return fixedNanos > 0 ? fixedNanos : percentileNanos;
  }

  /** How long to wait for an answer before its replica is blamed for it. */
  public long blameNanos() {
    return fixedNanos > 0
        ? Math.max(FIRST_BLAME_NANOS, fixedNanos)
        : Math.max(FIRST_BLAME_BY_PERCENTILE_NANOS, 4 * percentileNanos);
  }

  /** Takes the budget of one copy, if there is as much. */
  public boolean tryTake() {
    if (saved < COPY) {
      return false;
    }
    saved -= COPY;
    return true;
  }
}
