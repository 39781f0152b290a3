package dev.twincast.anycast.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.announce.Health.Change;
import dev.twincast.anycast.announce.Health.Settings;
import dev.twincast.anycast.announce.Health.State;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** In virtual time. */
class HealthTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final Settings DEFAULTS =
      new Settings(100 * MS, 2, 2, 10 * SECOND, 3 * SECOND, SECOND);

  /** Close to the end of the clock, which has to go on beyond it. */
  private long now = Long.MAX_VALUE - 5 * SECOND;

  private final long start = now;
  private final Health health = new Health(DEFAULTS, new SplittableRandom(1), now);
  private final List<Change> changes = new ArrayList<>();

  private void check(boolean ok) {
    now += health.nanosLeft(now);
    while (!health.pollCheck(now)) {
      health.onTimeout(now);
      health.pollRenewal(now);
      now += Math.max(1, health.nanosLeft(now));
    }
    now += MS;
    if (ok) {
      health.onSuccess(now);
    } else {
      health.onFailure(now, "refused");
    }
    collect();
  }

  private void collect() {
    for (var change = health.pollChange(); change != null; change = health.pollChange()) {
      changes.add(change);
    }
  }

  private void comesUp() {
    check(true);
    check(true);
    assertEquals(State.UP, health.state());
    changes.clear();
  }

  @Test
  void announcesNothingBeforeTheFirstSuccesses() {
    assertTrue(health.pollCheck(now), "the first check is due at once");
    assertFalse(health.pollCheck(now), "one at a time");
    health.onSuccess(now + MS);
    assertEquals(State.DOWN, health.state());
    now += 101 * MS;

    check(true);

    assertEquals(State.UP, health.state());
    assertEquals(List.of(new Change.Turned(true, ""), new Change.Announce()), changes);
  }

  @Test
  void oneFailureIsToldAndForgiven() {
    comesUp();

    check(false);
    check(true);
    check(false);

    assertEquals(State.UP, health.state());
    assertEquals(
        List.of(
            new Change.Turned(false, "refused"),
            new Change.Turned(true, ""),
            new Change.Turned(false, "refused")),
        changes);
  }

  @Test
  void withdrawsWithTheReasonOfTheLastOfTooManyFailures() {
    comesUp();

    check(false);
    check(false);

    assertEquals(State.DOWN, health.state());
    assertEquals(new Change.Withdraw("refused"), changes.getLast());
  }

  @Test
  void aBreakAsksForACheckAtOnceAndOneFailureThenWithdraws() {
    comesUp();
    now += MS;

    health.onBreak(now);

    assertEquals(0, health.nanosLeft(now));
    assertTrue(health.pollCheck(now));
    health.onFailure(now, "refused");
    assertEquals(State.DOWN, health.state());
  }

  @Test
  void aRefusalAfterABreakWithdrawsBeforeTheCheckEnds() {
    comesUp();
    now += MS;
    health.onBreak(now);
    assertTrue(health.pollCheck(now));

    health.onRefusal(now, "Connection refused");

    collect();
    assertEquals(State.DOWN, health.state());
    assertEquals(
        List.of(
            new Change.Turned(false, "Connection refused"),
            new Change.Withdraw("Connection refused")),
        changes);
    assertFalse(health.pollCheck(now), "one at a time");
    health.onFailure(now, "reset");
    assertNull(health.pollChange());
  }

  @Test
  void anAnswerFromBeforeTheBreakDoesNotAnnounceAgain() {
    Settings atOnce = new Settings(100 * MS, 1, 1, 0, 3 * SECOND, SECOND);
    Health quick = new Health(atOnce, new SplittableRandom(1), now);
    assertTrue(quick.pollCheck(now));
    quick.onSuccess(now);
    now += 100 * MS;
    assertTrue(quick.pollCheck(now));
    quick.onBreak(now);
    quick.onRefusal(now, "Connection refused");

    quick.onSuccess(now);

    assertEquals(State.DOWN, quick.state());
    assertTrue(quick.pollCheck(now), "looked at again at once");
  }

  @Test
  void aBreakWhileACheckRunsIsNotExcusedByItsSuccess() {
    comesUp();
    now += 100 * MS;
    assertTrue(health.pollCheck(now));

    health.onBreak(now);
    health.onSuccess(now);

    assertEquals(State.UP, health.state());
    assertTrue(health.pollCheck(now), "looked at again at once");
    health.onFailure(now, "refused");
    assertEquals(State.DOWN, health.state());
  }

  @Test
  void aBreakOfAnIdleConnectionIsForgottenWhenTheServiceAnswers() {
    comesUp();

    health.onBreak(now);
    check(true);
    check(false);

    assertEquals(State.UP, health.state());
  }

  @Test
  void silenceWithdraws() {
    comesUp();
    now += 100 * MS;
    assertTrue(health.pollCheck(now));

    now += 3 * SECOND;
    health.onTimeout(now);
    collect();

    assertEquals(State.DOWN, health.state());
    assertEquals(List.of(new Change.Withdraw("no check has finished for 3 s")), changes);
  }

  @Test
  void aServiceThatComesBackSoonIsHeldAndThenAnnouncedAtItsTime() {
    comesUp();
    final long announced = now;
    check(false);
    check(false);

    check(true);
    check(true);

    assertEquals(State.HELD, health.state());
    assertTrue(changes.getLast() instanceof Change.Hold(long nanos) && nanos < 10 * SECOND);
    while (health.state() == State.HELD) {
      check(true);
    }
    assertEquals(new Change.Announce(), changes.getLast());
    assertTrue(now - announced >= 10 * SECOND, "after " + (now - announced));
    assertTrue(now - announced < 11 * SECOND, "after " + (now - announced));
  }

  @Test
  void aServiceThatFailsWhileHeldHasToRiseAgain() {
    comesUp();
    check(false);
    check(false);
    check(true);
    check(true);
    changes.clear();

    check(false);

    assertEquals(State.DOWN, health.state());
    assertEquals(List.of(new Change.Turned(false, "refused")), changes);
  }

  @Test
  void aServiceThatWasStableIsAnnouncedAgainAtOnce() {
    comesUp();
    long announced = now;
    while (now - announced < 61 * SECOND) {
      check(true);
    }
    check(false);
    check(false);

    check(true);
    check(true);

    assertEquals(State.UP, health.state());
  }

  @Test
  void theHoldDownOfAFlappingServiceDoublesUpToItsLimit() {
    List<Long> announcements = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      while (health.state() != State.UP) {
        check(true);
      }
      announcements.add(now);
      check(false);
      check(false);
    }
    List<Long> gaps = new ArrayList<>();
    for (int i = 1; i < announcements.size(); i++) {
      gaps.add(Math.round((announcements.get(i) - announcements.get(i - 1)) / (10.0 * SECOND)));
    }
    assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 32L, 32L, 32L), gaps);
  }

  @Test
  void renewsEachThirdOfALease() {
    comesUp();
    int renewals = 0;
    long until = now + 30 * SECOND;
    while (until - now > 0) {
      now += Math.max(1, health.nanosLeft(now));
      health.onTimeout(now);
      if (health.pollCheck(now)) {
        health.onSuccess(now);
      }
      if (health.pollRenewal(now)) {
        renewals++;
      }
    }
    assertEquals(30, renewals);
    assertNull(health.pollChange());
    assertTrue(now - start > 0);
  }

  /** The kernel's lease is 3 s; the announcer wakes up late, and each renewal takes its time. */
  @Test
  void anHourOfRenewalsNeitherLosesALeaseNorWithdraws() {
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      long at = random.nextLong();
      long end = at + 3_600 * SECOND;
      Health healthy = new Health(DEFAULTS, random.split(), at);
      long leaseEnds = at;
      boolean announced = false;
      while (end - at > 0) {
        at += healthy.nanosLeft(at) + random.nextLong(random.nextInt(50) == 0 ? 900 * MS : 5 * MS);
        if (announced) {
          assertTrue(leaseEnds - at > 0, "seed " + seed + ": the lease ended");
        }
        healthy.onTimeout(at);
        for (var change = healthy.pollChange(); change != null; change = healthy.pollChange()) {
          assertFalse(change instanceof Change.Withdraw, "seed " + seed + ": " + change);
          if (change instanceof Change.Announce) {
            announced = true;
            leaseEnds = at + 3 * SECOND;
          }
        }
        if (healthy.pollCheck(at)) {
          at += random.nextLong(300 * MS);
          healthy.onSuccess(at);
        }
        if (healthy.pollRenewal(at) && announced) {
          at += random.nextLong(50 * MS);
          leaseEnds = at + 3 * SECOND;
        }
      }
      assertTrue(announced, "seed " + seed);
    }
  }
}
