package dev.twincast.anycast.policy;

import dev.twincast.anycast.Policy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * One call: which replica gets a copy of it, when the next one does, and when to give up.
 *
 * <pre>
 *   nothing sent           a copy to a replica of the policy's choice
 *   not even written       after 250 ms the next replica; whoever can write first does (RFC 8305)
 *   failed                 the next replica at once
 *   written, no answer     idempotent: a second copy after the hedge delay, within the budget;
 *                          another when the replica is given up, or the attempt's time is over
 *   all replicas tried     a pause, which grows, then all of them again
 *   the deadline           the end
 * </pre>
 *
 * <p>A call that is not idempotent is written once. Copies that wait to be written share a {@link
 * Claim}; the first to take it is written, and the others are dropped.
 *
 * <p>Instants are nanoseconds of any monotonic clock. Not thread-safe: it shares the {@link
 * Replicas} and {@link Hedging} of a client.
 *
 * @param <A> an address; equal addresses are the same replica
 */
public final class CallPlan<A> {

  /** RFC 8305 §8, Connection Attempt Delay: 250 milliseconds. */
  static final long NEXT_DIAL_NANOS = 250_000_000;

  static final long FIRST_PAUSE_NANOS = 1_000_000;
  static final long LONGEST_PAUSE_NANOS = 200_000_000;

  private static final int MOST_COPIES = 16;

  /** An attempt may be cut to this part of its time, so that all replicas can be tried. */
  private static final int SHORTEST_ATTEMPT = 4;

  private final Replicas<A> replicas;
  private final Hedging hedging;
  private final RandomGenerator random;
  private final Policy policy;
  private final boolean idempotent;
  private final long deadline;
  private final long attemptNanos;

  private final Set<A> tried = new HashSet<>();
  private final List<Copy<A>> live = new ArrayList<>();
  private long pauseUntil;
  private boolean pausing;
  private long pauseNanos = FIRST_PAUSE_NANOS;
  private int started;
  private int hedges;

  /**
   * The plan of a call.
   *
   * @param hedging {@link Hedging#off} for a call that is never hedged
   * @param idempotent whether it may be written more than once
   * @param now when the call begins
   * @param timeoutNanos the time for all attempts together
   * @param attemptNanos the time for one attempt
   */
  public CallPlan(
      Replicas<A> replicas,
      Hedging hedging,
      RandomGenerator random,
      Policy policy,
      boolean idempotent,
      long now,
      long timeoutNanos,
      long attemptNanos) {
    this.replicas = replicas;
    this.hedging = hedging;
    this.random = random;
    this.policy = policy;
    this.idempotent = idempotent;
    this.deadline = now + timeoutNanos;
    this.attemptNanos = attemptNanos;
    if (idempotent) {
      hedging.onCall();
    }
  }

  /** What to do now. */
  public sealed interface Step<A> {
    /** Hand this copy to its replica. */
    record Send<A>(Copy<A> copy) implements Step<A> {}

    /** Nothing, until something happens to a copy or this instant comes. */
    record Wait<A>(long until) implements Step<A> {}

    /** The deadline has come. */
    record GiveUp<A>() implements Step<A> {}
  }

  /** Why a copy is sent. */
  public enum Reason {
    /** The call's first. */
    FIRST,
    /** Another copy failed or is given up. */
    RETRY,
    /** Another copy takes long. */
    HEDGE
  }

  /** The right to write one copy of a call, for which several connections may compete. */
  public static final class Claim {}

  /** One copy of the call, for one replica. */
  public static final class Copy<A> {
    private final A replica;
    private final Reason reason;
    private final Claim claim;
    private final long start;
    private boolean written;
    private boolean blamed;

    private Copy(A replica, Reason reason, Claim claim, long start) {
      this.replica = replica;
      this.reason = reason;
      this.claim = claim;
      this.start = start;
    }

    /** For whom it is. */
    public A replica() {
      return replica;
    }

    /** Why it is sent. */
    public Reason reason() {
      return reason;
    }

    /** To be taken before it is written. */
    public Claim claim() {
      return claim;
    }
  }

  /** When the call ends, answered or not. */
  public long deadline() {
    return deadline;
  }

  /** When an attempt that begins now has to be given up. */
  public long endOfAttempt(long now) {
    return now + Math.min(attemptNanos, deadline - now);
  }

  /** How many copies were sent. */
  public int started() {
    return started;
  }

  /** What to do now; ask again after each event, and after each copy handed over. */
  public Step<A> next(long now) {
    if (deadline - now <= 0) {
      blameNewest(now);
      return new Step.GiveUp<>();
    }
    if (live.isEmpty()) {
      return start(now, started == 0 ? Reason.FIRST : Reason.RETRY, new Claim());
    }
    Copy<A> newest = live.getLast();
    if (!newest.written) {
      return nextOfUnwritten(now, newest);
    }
    return idempotent ? nextOfIdempotent(now, newest) : nextOfWritten(now, newest);
  }

  /** The connection took the copy's claim and began to write it. */
  public void onWritten(Copy<A> copy) {
    copy.written = true;
    live.removeIf(other -> other != copy && !other.written && other.claim == copy.claim);
  }

  /** The copy will not be answered. */
  public void onFailed(Copy<A> copy) {
    live.remove(copy);
    if (copy.reason == Reason.HEDGE) {
      hedges--; // another may take its place
    }
  }

  private Step<A> nextOfUnwritten(long now, Copy<A> newest) {
    boolean room = live.size() < MOST_COPIES;
    long nextDial = newest.start + NEXT_DIAL_NANOS;
    if (room && nextDial - now <= 0) {
      return start(now, Reason.RETRY, newest.claim);
    }
    long until = room ? nextDial : deadline;
    // Nobody is woken when a copy is written, as that would be dearer than looking now and then.
    return waitUntil(
        idempotent && hedging.isEnabled() ? earlier(until, now + hedging.delayNanos()) : until);
  }

  private Step<A> nextOfWritten(long now, Copy<A> newest) {
    long end = newest.start + attemptNanos;
    if (end - now <= 0) {
      blame(now, newest);
      return waitUntil(deadline);
    }
    return waitUntil(newest.blamed ? deadline : end);
  }

  private Step<A> nextOfIdempotent(long now, Copy<A> newest) {
    boolean room = live.size() < MOST_COPIES;
    long end = newest.start + retryNanos(newest);
    if (end - now <= 0) {
      blame(now, newest);
    }
    if (room && (end - now <= 0 || replicas.wasGivenUp(newest.replica, newest.start))) {
      return start(now, Reason.RETRY, new Claim());
    }
    long until = room ? end : deadline;
    if (hedging.isEnabled()) {
      long hedgeAt = newest.start + hedging.delayNanos();
      long blameAt = newest.start + hedging.blameNanos();
      if (blameAt - now <= 0) {
        blame(now, newest);
        if (room && replicas.wasGivenUp(newest.replica, newest.start)) {
          return start(now, Reason.RETRY, new Claim());
        }
      }
      // One hedge for a call: what follows are retries, each after a whole attempt's time.
      if (hedges == 0 && room && hedgeAt - now <= 0 && mayHedge(newest)) {
        hedges++;
        return start(now, Reason.HEDGE, new Claim());
      }
      until = hedges == 0 && hedgeAt - now > 0 ? earlier(until, hedgeAt) : until;
      until = newest.blamed ? until : earlier(until, blameAt);
    }
    return waitUntil(until);
  }

  /** How long to wait before the next retry, if those not tried are to have their turn in time. */
  private long retryNanos(Copy<A> newest) {
    long share = (deadline - newest.start) / (replicas.countUntried(tried) + 1);
    return Math.clamp(share, attemptNanos / SHORTEST_ATTEMPT, attemptNanos);
  }

  private boolean mayHedge(Copy<A> newest) {
    tried.add(newest.replica);
    return hedging.tryTake();
  }

  private Step<A> start(long now, Reason reason, Claim claim) {
    if (pausing && pauseUntil - now > 0) {
      return waitUntil(pauseUntil);
    }
    pausing = false;
    Optional<A> replica = choose(now, reason);
    if (replica.isEmpty()) {
      pause(now);
      return waitUntil(pauseUntil);
    }
    var copy = new Copy<>(replica.get(), reason, claim, now);
    tried.add(copy.replica);
    live.add(copy);
    started++;
    replicas.onSent(copy.replica);
    return new Step.Send<>(copy);
  }

  /** A hedge goes to a good replica; to the same one if it is alone, over another connection. */
  private Optional<A> choose(long now, Reason reason) {
    Optional<A> replica = replicas.choose(now, policy, tried, reason != Reason.HEDGE);
    return replica.isEmpty() && reason == Reason.HEDGE
        ? Optional.of(live.getLast().replica)
        : replica;
  }

  /**
   * All were tried: begins a new round after a pause, so that a service that is down is not
   * hammered. It is drawn from the upper half of its length, since clients that failed together
   * shall not come back together.
   */
  private void pause(long now) {
    tried.clear();
    pausing = true;
    pauseUntil = now + random.nextLong(pauseNanos / 2, pauseNanos + 1);
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
  }

  private void blameNewest(long now) {
    if (!live.isEmpty() && live.getLast().written) {
      blame(now, live.getLast());
    }
  }

  private void blame(long now, Copy<A> copy) {
    if (!copy.blamed) {
      copy.blamed = true;
      replicas.onOverdue(now, copy.replica, copy.start);
    }
  }

  private Step<A> waitUntil(long instant) {
    return new Step.Wait<>(earlier(instant, deadline));
  }

  private static long earlier(long a, long b) {
    return a - b <= 0 ? a : b;
  }
}
