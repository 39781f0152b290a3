package dev.twincast.anycast.policy;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The attempts of one call: on whom, and until when.
 *
 * <p>A <em>round</em> tries each known replica once, in random order. Between rounds there is a
 * pause, which grows, so that a service that is down is not hammered by its clients. Attempts and
 * rounds go on until the deadline of the call.
 *
 * <p>Instants are nanoseconds of any monotonic clock. Not thread-safe.
 *
 * @param <R> a replica; equal replicas are the same one
 */
public final class CallPlan<R> {

  static final long FIRST_PAUSE_NANOS = 10_000_000;
  static final long LONGEST_PAUSE_NANOS = 200_000_000;

  private final RandomGenerator random;
  private final long deadline;
  private final long attemptNanos;
  private final Set<R> triedThisRound = new HashSet<>();
  private long pauseNanos = FIRST_PAUSE_NANOS;

  /**
   * The plan of a call.
   *
   * @param now when the call begins
   * @param timeoutNanos the time for all attempts together
   * @param attemptNanos the time for one attempt
   */
  public CallPlan(RandomGenerator random, long now, long timeoutNanos, long attemptNanos) {
    this.random = random;
    this.deadline = now + timeoutNanos;
    this.attemptNanos = attemptNanos;
  }

  /** When the call ends, answered or not. */
  public long deadline() {
    return deadline;
  }

  /** True when there is no time for another attempt. */
  public boolean isOver(long now) {
    return deadline - now <= 0;
  }

  /**
   * The replica to try now, each as likely as any other; empty when the round is over.
   *
   * @param known the replicas as known now; they may change during a round
   */
  public Optional<R> next(Collection<R> known) {
    List<R> untried = known.stream().filter(replica -> !triedThisRound.contains(replica)).toList();
    if (untried.isEmpty()) {
      return Optional.empty();
    }
    R chosen = untried.get(random.nextInt(untried.size()));
    triedThisRound.add(chosen);
    return Optional.of(chosen);
  }

  /** When an attempt that begins now has to be given up. */
  public long endOfAttempt(long now) {
    return now + Math.min(attemptNanos, deadline - now);
  }

  /**
   * Begins a new round, and tells when its first attempt may start. The pause is drawn from the
   * upper half of its length: clients that failed together shall not come back together.
   */
  public long nextRound(long now) {
    triedThisRound.clear();
    long pause = random.nextLong(pauseNanos / 2, pauseNanos + 1);
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    return now + Math.min(pause, deadline - now);
  }
}
