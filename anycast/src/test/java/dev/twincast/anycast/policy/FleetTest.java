package dev.twincast.anycast.policy;

import static dev.twincast.anycast.policy.SimulatedFleet.MILLI;
import static dev.twincast.anycast.policy.SimulatedFleet.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.Policy;
import dev.twincast.anycast.policy.SimulatedFleet.Mood;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients of fleets whose replicas die, freeze, slow down, come back, and lose their names. */
class FleetTest {

  private static final int SEEDS = 1_000;
  private static final List<Mood> MOODS = List.of(Mood.values());
  private static final List<Policy> POLICIES =
      List.of(Policy.random(), Policy.roundRobin(), Policy.leastLoaded(), Policy.hash("key"));

  @Test
  void noIdempotentCallFailsWhileOneReplicaIsGoodAllTheTime() {
    for (long seed = 0; seed < SEEDS; seed++) {
      SimulatedFleet fleet = troubled(seed, true);
      for (SimulatedFleet.Call call : fleet.calls) {
        assertTrue(call.done && !call.failed && !call.unknown, "seed " + seed);
      }
    }
  }

  @Test
  void aCallThatIsNotIdempotentIsWrittenOnce() {
    for (long seed = 0; seed < SEEDS; seed++) {
      SimulatedFleet fleet = troubled(seed, false);
      for (SimulatedFleet.Call call : fleet.calls) {
        assertTrue(call.done, "seed " + seed);
        assertTrue(call.written <= 1, "seed " + seed + ": written " + call.written);
        assertTrue(call.written == 1 || call.failed, "seed " + seed);
      }
    }
  }

  @Test
  void hedgesAddFivePercentAtMostOnceWhatWasSavedIsSpent() {
    for (long seed = 0; seed < SEEDS; seed++) {
      SimulatedFleet fleet = troubled(seed, true);
      assertTrue(20 * (fleet.hedges - 8) <= fleet.calls.size(), "seed " + seed);
    }
  }

  /** For four seconds, a call each 10 ms on average; a change of mood each 100 ms. */
  private static SimulatedFleet troubled(long seed, boolean idempotent) {
    Hedging hedging =
        switch ((int) (seed % 3)) {
          case 0 -> Hedging.off();
          case 1 -> Hedging.after(30 * MILLI);
          default -> Hedging.atPercentile();
        };
    var fleet = new SimulatedFleet(seed, 2 + (int) (seed % 4), hedging);
    Policy policy = POLICIES.get((int) (seed / 3 % POLICIES.size()));
    while (fleet.elapsed() < 4 * SECOND) {
      if (fleet.random.nextInt(10) == 0) {
        trouble(fleet);
      }
      fleet.call(policy, idempotent);
      fleet.runFor(fleet.random.nextLong(20 * MILLI));
    }
    fleet.runFor(SimulatedFleet.TIMEOUT_NANOS + SECOND);
    return fleet;
  }

  private static void trouble(SimulatedFleet fleet) {
    int index = 1 + fleet.random.nextInt(fleet.servers.size() - 1); // never the steady one
    if (fleet.random.nextInt(4) == 0) {
      fleet.servers.get(index).named ^= true;
      fleet.names();
    } else {
      fleet.change(index, MOODS.get(fleet.random.nextInt(MOODS.size())));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Mood.class,
      names = {"DEAD", "FROZEN"})
  void aReplicaThatFailedGetsNoUsersCallButProbesAndReturns(Mood mood) {
    for (long seed = 0; seed < 500; seed++) {
      var fleet = new SimulatedFleet(seed, 3, Hedging.after(30 * MILLI));
      runSteadily(fleet, SECOND);
      fleet.change(2, mood);
      runSteadily(fleet, 2 * SECOND);
      fleet.userCalls.clear();
      int probes = fleet.probes;

      runSteadily(fleet, 5 * SECOND);
      assertFalse(fleet.userCalls.contains(2), "seed " + seed);
      assertTrue(fleet.probes > probes, "seed " + seed);

      fleet.change(2, Mood.FINE);
      runSteadily(fleet, 6 * SECOND); // the longest cool-down, a probe that was on its way, a bit
      assertTrue(fleet.userCalls.contains(2), "seed " + seed);
    }
  }

  @Test
  void aFrozenReplicaIsEjectedAfterThreeUnansweredCalls() {
    for (long seed = 0; seed < 500; seed++) {
      var fleet = new SimulatedFleet(seed, 3, Hedging.after(30 * MILLI));
      runSteadily(fleet, SECOND);
      fleet.change(1, Mood.FROZEN);
      while (state(fleet, 1) == Replicas.State.GOOD) {
        fleet.call(Policy.hash(keyOf(1)), true);
        fleet.runFor(40 * MILLI);
      }
      assertEquals(3, fleet.servers.get(1).callsSinceMood, "seed " + seed);
    }
  }

  @Test
  void oneCallThatIsNotAnsweredForASecondEjects() {
    var fleet = new SimulatedFleet(1, 3, Hedging.off());
    fleet.replicas.onSent(1);
    fleet.runFor(SECOND);
    fleet.replicas.onOverdue(fleet.now, 1, fleet.now - SECOND);
    assertEquals(Replicas.State.EJECTED, state(fleet, 1));
  }

  private static void runSteadily(SimulatedFleet fleet, long nanos) {
    long end = fleet.elapsed() + nanos;
    while (fleet.elapsed() < end) {
      fleet.call(Policy.roundRobin(), true);
      fleet.runFor(5 * MILLI);
    }
  }

  private static Replicas.State state(SimulatedFleet fleet, int address) {
    return fleet.replicas.snapshot().stream()
        .filter(r -> r.address() == address)
        .findFirst()
        .orElseThrow()
        .state();
  }

  /** A key whose replica this is, of three. */
  private static String keyOf(int address) {
    var replicas = new Replicas<Integer>(new SplittableRandom(1), String::valueOf);
    replicas.onNames(0, List.of(0, 1, 2));
    for (int i = 0; ; i++) {
      String key = "key " + i;
      Optional<Integer> chosen = replicas.choose(0, Policy.hash(key), Set.of(), false);
      if (chosen.equals(Optional.of(address))) {
        return key;
      }
    }
  }
}
