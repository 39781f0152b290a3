package dev.twincast.anycast.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.Policy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CallPlanTest {

  private static final long MILLI = 1_000_000;
  private static final List<Integer> ALL = List.of(0, 1, 2);

  /**
   * Half a second before the clock overflows, as it may; a text, since javac warns of constants.
   */
  private final long start = Long.parseLong("9223372036354775807");

  private final SplittableRandom random = new SplittableRandom(1);
  private final Replicas<Integer> replicas = new Replicas<>(random, String::valueOf);

  CallPlanTest() {
    replicas.onNames(start, ALL);
  }

  @Test
  void triesEachReplicaOnceThenPausesLongerAndLonger() {
    CallPlan<Integer> plan = plan(true, Hedging.off());
    long now = start;
    for (long longest : new long[] {1, 2, 4, 8, 16, 32}) {
      Set<Integer> tried = new HashSet<>();
      for (int i = 0; i < ALL.size(); i++) {
        CallPlan.Copy<Integer> copy = sent(plan, now);
        tried.add(copy.replica());
        plan.onFailed(copy);
      }
      assertEquals(Set.copyOf(ALL), tried);
      long pause = waitUntil(plan, now) - now;
      assertTrue(pause >= longest * MILLI / 2 && pause <= longest * MILLI, pause + " ns");
      now += pause;
    }
  }

  @Test
  void dialsTheNextAfter250MillisAndWhoIsFirstIsWritten() {
    CallPlan<Integer> plan = plan(false, Hedging.off());
    CallPlan.Copy<Integer> first = sent(plan, start);
    assertEquals(start + 250 * MILLI, waitUntil(plan, start));
    CallPlan.Copy<Integer> second = sent(plan, start + 250 * MILLI);
    assertNotEquals(first.replica(), second.replica());
    assertSame(first.claim(), second.claim());
    plan.onWritten(first);
    assertEquals(first, onlyLive(plan, start + 251 * MILLI, first));
  }

  /** After it failed as not read, a call that is not idempotent may be written again. */
  private static CallPlan.Copy<Integer> onlyLive(
      CallPlan<Integer> plan, long now, CallPlan.Copy<Integer> copy) {
    plan.onFailed(copy);
    CallPlan.Copy<Integer> next = sent(plan, now);
    assertNotSame(copy.claim(), next.claim());
    return copy;
  }

  @Test
  void writtenAndNotIdempotentItOnlyWaits() {
    CallPlan<Integer> plan = plan(false, Hedging.after(30 * MILLI));
    plan.onWritten(sent(plan, start));
    for (int millis = 0; millis < 1000; millis += 10) {
      assertInstanceOf(CallPlan.Step.Wait.class, plan.next(start + millis * MILLI));
    }
    assertInstanceOf(CallPlan.Step.GiveUp.class, plan.next(start + 1000 * MILLI));
  }

  @Test
  void hedgesOnceToAnotherReplica() {
    CallPlan<Integer> plan = plan(true, Hedging.after(30 * MILLI));
    CallPlan.Copy<Integer> first = sent(plan, start);
    plan.onWritten(first);
    assertEquals(start + 30 * MILLI, waitUntil(plan, start));
    CallPlan.Copy<Integer> hedge = sent(plan, start + 30 * MILLI);
    assertEquals(CallPlan.Reason.HEDGE, hedge.reason());
    assertNotEquals(first.replica(), hedge.replica());
    assertNotSame(first.claim(), hedge.claim());
    plan.onWritten(hedge);
    assertInstanceOf(CallPlan.Step.Wait.class, plan.next(start + 61 * MILLI));
  }

  @Test
  void looksInTimeWhetherACopyThatWaitedWasWritten() {
    CallPlan<Integer> plan = plan(true, Hedging.after(30 * MILLI));
    CallPlan.Copy<Integer> first = sent(plan, start);
    assertEquals(start + 30 * MILLI, waitUntil(plan, start));
    assertEquals(start + 60 * MILLI, waitUntil(plan, start + 30 * MILLI));
    plan.onWritten(first);
    assertEquals(CallPlan.Reason.HEDGE, sent(plan, start + 60 * MILLI).reason());
  }

  @Test
  void doesNotHedgeWithoutBudget() {
    Hedging hedging = Hedging.after(30 * MILLI);
    while (hedging.tryTake()) {}
    CallPlan<Integer> plan = plan(true, hedging);
    plan.onWritten(sent(plan, start));
    assertInstanceOf(CallPlan.Step.Wait.class, plan.next(start + 31 * MILLI));
    CallPlan.Copy<Integer> retry = sent(plan, start + 250 * MILLI);
    assertEquals(CallPlan.Reason.RETRY, retry.reason());
  }

  @Test
  void aHedgeThatFailedIsReplaced() {
    CallPlan<Integer> plan = plan(true, Hedging.after(30 * MILLI));
    plan.onWritten(sent(plan, start));
    CallPlan.Copy<Integer> refused = sent(plan, start + 30 * MILLI);
    plan.onFailed(refused);
    CallPlan.Copy<Integer> another = sent(plan, start + 31 * MILLI);
    assertEquals(CallPlan.Reason.HEDGE, another.reason());
    assertNotEquals(refused.replica(), another.replica());
  }

  @Test
  void aLoneReplicaIsHedgedByItself() {
    replicas.onNames(start, List.of(7));
    replicas.onDown(start, 0);
    replicas.onDown(start, 1);
    replicas.onDown(start, 2);
    CallPlan<Integer> plan = plan(true, Hedging.after(30 * MILLI));
    plan.onWritten(sent(plan, start));
    assertEquals(7, sent(plan, start + 30 * MILLI).replica());
  }

  @Test
  void retriesAtOnceWhenItsReplicaIsGivenUp() {
    CallPlan<Integer> plan = plan(true, Hedging.off());
    CallPlan.Copy<Integer> copy = sent(plan, start);
    plan.onWritten(copy);
    assertInstanceOf(CallPlan.Step.Wait.class, plan.next(start + MILLI));
    for (int i = 0; i < 3; i++) {
      replicas.onOverdue(start + 2 * MILLI, copy.replica(), start);
    }
    assertEquals(CallPlan.Reason.RETRY, sent(plan, start + 3 * MILLI).reason());
  }

  @Test
  void waitsWhileNobodyIsKnown() {
    var nobody = new Replicas<Integer>(random, String::valueOf);
    var plan =
        new CallPlan<>(
            nobody, Hedging.off(), random, Policy.random(), true, start, 100 * MILLI, 25 * MILLI);
    long now = start;
    while (plan.next(now) instanceof CallPlan.Step.Wait(long until)) {
      assertTrue(until - now > 0);
      now = until;
    }
    assertEquals(plan.deadline(), now);
    assertEquals(0, plan.started());
  }

  @Test
  void neitherAttemptsNorWaitsBeyondTheDeadline() {
    CallPlan<Integer> plan = plan(true, Hedging.off());
    assertEquals(start + 1000 * MILLI, plan.deadline());
    assertEquals(start + 250 * MILLI, plan.endOfAttempt(start));
    assertEquals(plan.deadline(), plan.endOfAttempt(start + 900 * MILLI));
    sent(plan, start + 900 * MILLI);
    assertEquals(plan.deadline(), waitUntil(plan, start + 900 * MILLI));
  }

  private CallPlan<Integer> plan(boolean idempotent, Hedging hedging) {
    return new CallPlan<>(
        replicas, hedging, random, Policy.random(), idempotent, start, 1000 * MILLI, 250 * MILLI);
  }

  private static CallPlan.Copy<Integer> sent(CallPlan<Integer> plan, long now) {
    if (plan.next(now) instanceof CallPlan.Step.Send<Integer>(var copy)) {
      return copy;
    }
    throw new AssertionError("nothing to send");
  }

  private static long waitUntil(CallPlan<Integer> plan, long now) {
    if (plan.next(now) instanceof CallPlan.Step.Wait<Integer>(long until)) {
      return until;
    }
    throw new AssertionError("nothing to wait for");
  }
}
