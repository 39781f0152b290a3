package dev.twincast.anycast.policy;

import dev.twincast.anycast.policy.Replicas.State;
import java.util.random.RandomGenerator;

/** What is known of one replica. */
final class Replica<A> {

  // Ranks: whoever has a lower one is chosen first.
  static final int PREFERRED = 0;
  static final int FORMER = 1;
  static final int BAD = 2;

  /** Whoever broke a connection is dialled again almost at once: often another process listens. */
  static final long FIRST_REDIAL_NANOS = 20_000_000;

  static final long FIRST_COOL_DOWN_NANOS = 250_000_000;
  static final long LONGEST_COOL_DOWN_NANOS = 4_000_000_000L;

  /** To be refused costs nobody much. */
  static final long LONGEST_REDIAL_NANOS = 1_000_000_000;

  /** Latencies below are all alike: what differs is the scheduler. */
  private static final long LATENCY_FLOOR_NANOS = 1_000_000;

  /** An old latency counts half as much after this time, so a replica that was slow is tried. */
  private static final long LATENCY_HALF_LIFE_NANOS = 1_000_000_000;

  private static final int MOST_DOUBLINGS = 10;

  final A address;
  final long hash;
  boolean current;
  State state = State.GOOD;
  long stateSince;
  boolean probing;
  long probeAt;
  int inFlight;
  int overdue;
  long calls;
  long answered;
  long failed;
  long latencyNanos;
  private boolean everHeard;
  private long lastHeard;
  private int strikes;
  private long coolDownNanos;

  Replica(A address, long hash, long now) {
    this.address = address;
    this.hash = hash;
    this.stateSince = now;
  }

  int rank() {
    if (state != State.GOOD) {
      return BAD;
    }
    return current ? PREFERRED : FORMER;
  }

  /** Calls in flight, the one to come included, times the latency to expect. */
  double load(long now) {
    long age = Math.max(0, now - lastHeard);
    long expected = latencyNanos >> Math.min(age / LATENCY_HALF_LIFE_NANOS, Long.SIZE - 1);
    return (inFlight + 1.0) * Math.max(LATENCY_FLOOR_NANOS, expected);
  }

  void answered(long now, long nanos) {
    end();
    answered++;
    latencyNanos = latencyNanos == 0 ? nanos : latencyNanos + (nanos - latencyNanos) / 8;
    heard(now);
    if (strikes > 0 && state == State.GOOD && now - stateSince > coolDownNanos) {
      strikes = 0;
    }
  }

  void heard(long now) {
    everHeard = true;
    lastHeard = now;
    overdue = 0;
  }

  boolean wasHeardSince(long instant) {
    return everHeard && lastHeard - instant >= 0;
  }

  void end() {
    inFlight = Math.max(0, inFlight - 1);
  }

  void moveTo(State next, long now, RandomGenerator random) {
    boolean worse = next != State.GOOD && state == State.GOOD;
    state = next;
    stateSince = now;
    overdue = 0;
    if (worse) {
      strike(now, random);
    }
  }

  /** One failure more in a row: the next probe is after a longer cool-down. */
  void strike(long now, RandomGenerator random) {
    boolean down = state == State.DOWN;
    long doubled = FIRST_COOL_DOWN_NANOS << Math.max(0, strikes - 1);
    coolDownNanos = Math.min(doubled, down ? LONGEST_REDIAL_NANOS : LONGEST_COOL_DOWN_NANOS);
    if (down && strikes == 0) {
      coolDownNanos = FIRST_REDIAL_NANOS;
    }
    strikes = Math.min(strikes + 1, MOST_DOUBLINGS);
    // From the upper half: clients that failed together shall not come back together.
    probeAt = now + random.nextLong(coolDownNanos / 2, coolDownNanos + 1);
  }

  Replicas.Snapshot<A> snapshot() {
    return new Replicas.Snapshot<>(
        address, state, current, inFlight, calls, answered, failed, latencyNanos);
  }
}
