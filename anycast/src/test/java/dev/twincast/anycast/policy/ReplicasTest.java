package dev.twincast.anycast.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.Policy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplicasTest {

  private static final long SECOND = 1_000_000_000;

  private final Replicas<Integer> replicas = of(1);
  private final long now = 17;

  @Test
  void randomTakesEachEquallyOften() {
    replicas.onNames(now, List.of(1, 2, 3, 4, 5));
    // Standard deviation 57: five of them either side.
    choose(Policy.random(), 20_000).values().forEach(count -> assertEquals(4_000.0, count, 285));
  }

  @Test
  void roundRobinTakesOneAfterTheOther() {
    replicas.onNames(now, List.of(1, 2, 3));
    assertEquals(Map.of(1, 100, 2, 100, 3, 100), choose(Policy.roundRobin(), 300));
  }

  @Test
  void leastLoadedPrefersWhoHasLessInFlight() {
    replicas.onNames(now, List.of(1, 2));
    replicas.onSent(1);
    assertEquals(Map.of(2, 100), choose(Policy.leastLoaded(), 100));
  }

  @Test
  void leastLoadedPrefersWhoIsFasterAndForgetsThatAnotherWasSlow() {
    replicas.onNames(now, List.of(1, 2));
    replicas.onSent(1);
    replicas.onAnswer(now, 1, 200_000_000);
    replicas.onSent(2);
    replicas.onAnswer(now, 2, 2_000_000);
    assertEquals(Map.of(2, 100), choose(Policy.leastLoaded(), 100));
    assertEquals(
        Set.of(1, 2),
        IntStream.range(0, 100)
            .mapToObj(i -> replicas.choose(now + 10 * SECOND, Policy.leastLoaded(), Set.of(), true))
            .flatMap(Optional::stream)
            .collect(Collectors.toSet()));
  }

  @Test
  void leastLoadedSpreadsOverEquals() {
    replicas.onNames(now, List.of(1, 2, 3));
    choose(Policy.leastLoaded(), 9_000).values().forEach(n -> assertEquals(3_000.0, n, 300));
  }

  @Test
  void removingAReplicaMovesOnlyItsOwnKeys() {
    for (long seed = 0; seed < 200; seed++) {
      int size = 2 + (int) (seed % 20);
      List<Integer> all = IntStream.range(0, size).boxed().toList();
      Integer gone = (int) (seed % size);
      Replicas<Integer> before = of(seed);
      before.onNames(now, all);
      Replicas<Integer> after = of(seed + 1000);
      after.onNames(now, all.stream().filter(a -> !a.equals(gone)).toList());
      for (int i = 0; i < 200; i++) {
        Policy policy = Policy.hash("key " + seed + " " + i);
        Optional<Integer> home = before.choose(now, policy, Set.of(), true);
        Optional<Integer> later = after.choose(now, policy, Set.of(), true);
        if (home.equals(Optional.of(gone))) {
          assertNotEquals(home, later);
        } else {
          assertEquals(home, later, "seed " + seed + ", key " + i);
        }
      }
    }
  }

  @Test
  void hashSpreadsKeysEvenly() {
    replicas.onNames(now, List.of(1, 2, 3, 4));
    var counts = new HashMap<Integer, Integer>();
    for (int i = 0; i < 20_000; i++) {
      counts.merge(
          replicas.choose(now, Policy.hash("user " + i), Set.of(), true).orElseThrow(),
          1,
          Integer::sum);
    }
    counts.values().forEach(count -> assertEquals(5_000.0, count, 306));
  }

  @Test
  void aKeyComesBackWithItsReplica() {
    replicas.onNames(now, List.of(1, 2, 3));
    Policy policy = Policy.hash("key");
    int home = replicas.choose(now, policy, Set.of(), true).orElseThrow();
    replicas.onDown(now, home);
    assertNotEquals(home, replicas.choose(now, policy, Set.of(), true).orElseThrow());
    assertEquals(Optional.of(home), replicas.pollProbe(now + SECOND));
    replicas.onProbeAnswered(now + SECOND, home);
    assertEquals(home, replicas.choose(now, policy, Set.of(), true).orElseThrow());
  }

  @Test
  void usesNewAddressesAtOnceAndFormerOnesOnlyWhenNoneIsGood() {
    replicas.onNames(now, List.of(1, 2));
    replicas.onNames(now, List.of(3));
    assertEquals(Map.of(3, 50), choose(Policy.random(), 50));
    replicas.onDown(now, 3);
    assertEquals(Set.of(1, 2), choose(Policy.random(), 50).keySet());
    replicas.onDown(now, 1);
    assertEquals(Set.of(2), choose(Policy.random(), 50).keySet());
    replicas.onDown(now, 2);
    assertEquals(Set.of(3), choose(Policy.random(), 50).keySet());
    assertEquals(1, replicas.snapshot().size());
  }

  @Test
  void keepsABoundedNumberOfFormerAddresses() {
    for (int i = 0; i < 1_000; i++) {
      replicas.onNames(now, List.of(i));
    }
    assertEquals(Replicas.MOST_FORMER + 1, replicas.snapshot().size());
  }

  @Test
  void neverEjectsMoreThanHalfAlsoWhenNamesChange() {
    replicas.onNames(now, List.of(1, 2, 3, 4));
    for (int address = 1; address <= 4; address++) {
      replicas.onOverdue(now + 2 * SECOND, address, now);
    }
    assertEquals(2, ejected());
    replicas.onNames(now, List.of(1, 2)); // 3 and 4 are former and good
    replicas.onDown(now, 3);
    replicas.onDown(now, 4);
    replicas.onNames(now, List.of(1, 2));
    assertEquals(1, ejected());
  }

  @Test
  void anAnswerProvesThatTheReplicaLivesSoNothingSentBeforeCounts() {
    replicas.onNames(now, List.of(1, 2));
    replicas.onSent(1);
    replicas.onAnswer(now + 10, 1, 10);
    for (int i = 0; i < 10; i++) {
      replicas.onOverdue(now + 2 * SECOND, 1, now + 5);
    }
    assertEquals(0, ejected());
  }

  @Test
  void coolDownsGrowAndAreJittered() {
    long last = 0;
    var delays = new HashSet<Long>();
    for (long seed = 0; seed < 100; seed++) {
      Replicas<Integer> fleet = of(seed);
      fleet.onNames(now, List.of(1, 2));
      fleet.onOverdue(now + 2 * SECOND, 1, now);
      long first = fleet.nextProbeNanos(now + 2 * SECOND);
      assertTrue(first >= 125_000_000 && first <= 250_000_000, first + " ns");
      delays.add(first);
      long at = now + 2 * SECOND;
      for (int i = 0; i < 12; i++) {
        at += fleet.nextProbeNanos(at);
        assertEquals(Optional.of(1), fleet.pollProbe(at));
        assertEquals(Optional.empty(), fleet.pollProbe(at)); // one at a time
        fleet.onProbeFailed(at, 1);
        last = fleet.nextProbeNanos(at);
      }
      assertTrue(last >= 2 * SECOND && last <= 4 * SECOND, last + " ns");
    }
    assertTrue(delays.size() > 90);
  }

  private long ejected() {
    return replicas.snapshot().stream().filter(r -> r.state() == Replicas.State.EJECTED).count();
  }

  private Map<Integer, Integer> choose(Policy policy, int times) {
    var counts = new HashMap<Integer, Integer>();
    for (int i = 0; i < times; i++) {
      replicas.choose(now, policy, Set.of(), true).ifPresent(a -> counts.merge(a, 1, Integer::sum));
    }
    return counts;
  }

  private static Replicas<Integer> of(long seed) {
    return new Replicas<>(new SplittableRandom(seed), String::valueOf);
  }
}
