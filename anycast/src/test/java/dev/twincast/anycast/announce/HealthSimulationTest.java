package dev.twincast.anycast.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.announce.Health.Change;
import dev.twincast.anycast.announce.Health.Settings;
import dev.twincast.anycast.announce.Health.State;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Services that live, die, freeze, flap, and announcers that freeze, under thousands of seeds. */
class HealthSimulationTest {
  private static final int SEEDS = 5_000;
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** What the service does until it does something else. */
  private enum Life {
    WELL,
    DEAD,
    FROZEN,
    SHAKY
  }

  private static final List<Life> LIVES = List.of(Life.values());

  @Test
  void holdsItsPromisesWhateverTheServiceDoes() {
    for (long seed = 0; seed < SEEDS; seed++) {
      try {
        new Simulation(seed).run();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private static final class Simulation {
    private final SplittableRandom random;
    private final Settings settings;
    private final long timeout;
    private final Health health;

    private long now;
    private Life life = Life.DEAD;
    private long lifeEnds;
    private boolean holding;
    private long checkEnds;
    private boolean checkRuns;
    private boolean checkOk;

    private boolean announced;
    private boolean everAnnounced;
    private long lastAnnouncement;
    private boolean everSucceeded;
    private long badSince;
    private boolean sawDeath; // by a connection that was held
    private long wellSince;
    private long awakeSince;

    Simulation(long seed) {
      random = new SplittableRandom(seed);
      now = random.nextLong();
      long interval = random.nextLong(10, 1_000) * MS;
      timeout = random.nextLong(10, 1_000) * MS;
      int fall = random.nextInt(1, 4);
      int rise = random.nextInt(1, 4);
      long holdDown = random.nextInt(4) == 0 ? 0 : random.nextLong(1, 20) * SECOND;
      long silence = Math.max(3 * SECOND, 3 * (interval + timeout));
      settings = new Settings(interval, fall, rise, holdDown, silence, SECOND);
      health = new Health(settings, random.split(), now);
      lifeEnds = now + random.nextLong(5 * SECOND);
      badSince = now;
      wellSince = now;
      awakeSince = now;
    }

    void run() {
      long end = now + 120 * SECOND;
      while (end - now > 0) {
        advance();
        if (lifeEnds - now <= 0) {
          changeLife();
        }
        if (checkRuns && checkEnds - now <= 0) {
          finishCheck();
        }
        health.onTimeout(now);
        follow();
        if (health.pollCheck(now)) {
          beginCheck();
        }
        health.pollRenewal(now);
        checkPromises();
      }
      assertTrue(everSucceeded || !everAnnounced, "announced without a success");
    }

    /** To the next thing that happens; sometimes the announcer itself is frozen beyond it. */
    private void advance() {
      long left = Math.min(health.nanosLeft(now), lifeEnds - now);
      if (checkRuns) {
        left = Math.min(left, checkEnds - now);
      }
      now += Math.max(1, left);
      if (random.nextInt(5_000) == 0) {
        now += random.nextLong(10 * SECOND);
        awakeSince = now;
      }
    }

    private void changeLife() {
      final Life before = life;
      life = LIVES.get(random.nextInt(LIVES.size()));
      lifeEnds = now + random.nextLong(MS, 20 * SECOND);
      if (life == Life.WELL && before != Life.WELL) {
        wellSince = now;
      }
      if (isBad(life) && !isBad(before)) {
        badSince = now;
        sawDeath = false;
      }
      if (life == Life.DEAD && holding) {
        holding = false;
        sawDeath = before == Life.WELL;
        health.onBreak(now);
        if (random.nextBoolean()) {
          health.onRefusal(now, "refused");
        }
      }
    }

    private void beginCheck() {
      assertFalse(checkRuns, "two checks at a time");
      checkRuns = true;
      checkOk = life == Life.WELL || (life == Life.SHAKY && random.nextBoolean());
      checkEnds = now + (life == Life.FROZEN ? timeout : random.nextLong(2 * MS));
    }

    private void finishCheck() {
      checkRuns = false;
      boolean ok = checkOk && life != Life.DEAD;
      everSucceeded |= ok;
      if (ok) {
        holding = true;
        health.onSuccess(checkEnds);
      } else {
        health.onFailure(checkEnds, "bad");
      }
    }

    private void follow() {
      for (var change = health.pollChange(); change != null; change = health.pollChange()) {
        switch (change) {
          case Change.Announce() -> announce();
          case Change.Withdraw(String reason) -> {
            assertTrue(announced, "withdrawn though not announced: " + reason);
            assertFalse(reason.isEmpty());
            announced = false;
          }
          case Change.Hold(long nanos) -> assertTrue(nanos > 0 && !announced, "held " + nanos);
          case Change.Turned turned -> assertEquals(turned.ok(), turned.reason().isEmpty());
        }
      }
      assertEquals(announced, health.state() == State.UP);
    }

    private void announce() {
      assertFalse(announced, "announced twice");
      assertTrue(everSucceeded, "announced before a success");
      if (everAnnounced) {
        long gap = now - lastAnnouncement;
        assertTrue(gap >= settings.holdDown(), "announced again after " + gap);
      }
      announced = true;
      everAnnounced = true;
      lastAnnouncement = now;
    }

    private void checkPromises() {
      long oneCheck = settings.interval() + timeout;
      if (announced && isBad(life)) {
        long bad = now - latest(badSince, awakeSince);
        assertTrue(bad <= (settings.fall() + 1) * oneCheck, "announced, and bad for " + bad);
      }
      if (announced && life == Life.DEAD && sawDeath && badSince - awakeSince > 0) {
        assertTrue(now - badSince <= 6 * MS, "a death seen took " + (now - badSince));
      }
      if (life == Life.WELL && health.state() == State.DOWN) {
        long well = now - latest(wellSince, awakeSince);
        assertTrue(well <= (settings.rise() + 2) * oneCheck, "down, and well for " + well);
      }
    }

    private static boolean isBad(Life life) {
      return life == Life.DEAD || life == Life.FROZEN;
    }

    private static long latest(long a, long b) {
      return a - b > 0 ? a : b;
    }
  }
}
