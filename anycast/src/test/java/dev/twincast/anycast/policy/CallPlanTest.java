package dev.twincast.anycast.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CallPlanTest {

  private static final long MILLI = 1_000_000;

  /**
   * Half a second before the clock overflows, as it may; a text, since javac warns of constants.
   */
  private final long now = Long.parseLong("9223372036354775807");

  private static final List<Integer> REPLICAS = List.of(0, 1, 2, 3, 4);

  @Test
  void triesEachReplicaOnceInEachRound() {
    for (long seed = 0; seed < 200; seed++) {
      CallPlan<Integer> plan = plan(seed);
      for (int round = 0; round < 3; round++) {
        assertEquals(new HashSet<>(REPLICAS), new HashSet<>(round(plan)), "seed " + seed);
        assertEquals(Optional.empty(), plan.next(REPLICAS), "seed " + seed);
        plan.nextRound(now);
      }
    }
  }

  @Test
  void choosesEachReplicaEquallyOftenAtEachPlaceOfARound() {
    int seeds = 20_000;
    int[][] counts = new int[REPLICAS.size()][REPLICAS.size()];
    for (long seed = 0; seed < seeds; seed++) {
      List<Integer> order = round(plan(seed));
      for (int place = 0; place < order.size(); place++) {
        counts[place][order.get(place)]++;
      }
    }
    // Standard deviation 57: five of them either side.
    for (int[] place : counts) {
      for (int count : place) {
        assertEquals(seeds / 5.0, count, 285);
      }
    }
  }

  @Test
  void triesAReplicaThatAppearsDuringARound() {
    CallPlan<Integer> plan = plan(1);
    assertEquals(Optional.of(7), plan.next(List.of(7)));
    assertEquals(Optional.of(8), plan.next(List.of(7, 8)));
    assertEquals(Optional.empty(), plan.next(List.of(7)));
  }

  @Test
  void endsARoundAtOnceWhenNothingIsKnown() {
    assertEquals(Optional.empty(), plan(1).next(List.of()));
  }

  @Test
  void pausesLongerAfterEachRoundUpToALimit() {
    for (long seed = 0; seed < 200; seed++) {
      CallPlan<Integer> plan = plan(seed);
      for (long longest : new long[] {10, 20, 40, 80, 160, 200, 200}) {
        long pause = plan.nextRound(now) - now;
        assertTrue(
            pause >= longest * MILLI / 2 && pause <= longest * MILLI, pause + ", seed " + seed);
      }
    }
  }

  @Test
  void neitherPausesNorAttemptsBeyondTheDeadline() {
    CallPlan<Integer> plan = plan(1);
    assertEquals(now + 1000 * MILLI, plan.deadline());
    assertEquals(now + 250 * MILLI, plan.endOfAttempt(now));
    assertEquals(plan.deadline(), plan.endOfAttempt(now + 900 * MILLI));
    assertEquals(plan.deadline(), plan.nextRound(plan.deadline() - MILLI));
    assertFalse(plan.isOver(plan.deadline() - 1));
    assertTrue(plan.isOver(plan.deadline()));
  }

  private CallPlan<Integer> plan(long seed) {
    return new CallPlan<>(new SplittableRandom(seed), now, 1000 * MILLI, 250 * MILLI);
  }

  private static List<Integer> round(CallPlan<Integer> plan) {
    List<Integer> order = new ArrayList<>();
    for (var next = plan.next(REPLICAS); next.isPresent(); next = plan.next(REPLICAS)) {
      order.add(next.get());
    }
    return order;
  }
}
