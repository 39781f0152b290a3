package dev.twincast.anycast.announce;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides from the checks of a service whether it is to be announced.
 *
 * <pre>
 *              rise successes                    the time has come
 *      DOWN ------------------------> HELD ------------------------> UP
 *       ^ ^   (HELD is skipped when    |                              |
 *       | |    nothing holds it)       |                              |
 *       | +--------- a failure --------+                              |
 *       +---- fall failures, or one or a refusal after a break, ------+
 *             or silence
 * </pre>
 *
 * <p>A <em>break</em> is the end of a connection that was held open to the service. It asks for a
 * check at once, and if that fails, or a new connection is refused, two witnesses agree and nobody
 * waits for {@code fall}. A break alone is no failure: servers close idle connections.
 *
 * <p><em>Silence</em> is no result of any check for so long that there is no telling; an announcer
 * that was itself frozen finds it when it wakes up.
 *
 * <p><em>Hold-down</em>: between two announcements lies at least the hold-down time, counted from
 * the first to the second; twice that after each announcement that did not last {@value
 * #STABLE_HOLD_DOWNS} hold-downs, up to {@value #LONGEST_HOLD_DOWNS} of them. Networks far away
 * damp a route that flaps, and for longer than one would like (RFC 4786 §4.4.4).
 *
 * <p>Instants are nanoseconds of any monotonic clock. Not thread-safe.
 */
public final class Health {

  static final int STABLE_HOLD_DOWNS = 6;
  static final int LONGEST_HOLD_DOWNS = 32;

  /** Checks begin up to this part of the interval early, so that those of many hosts spread. */
  private static final int JITTER_PART = 10;

  /** Whether the service is announced, and if not, why not. */
  public enum State {
    /** It does not pass its checks, or not yet often enough. */
    DOWN,
    /** It passes them, but was announced too short a time ago. */
    HELD,
    /** It is to be announced. */
    UP
  }

  /**
   * How patient it is; all times in nanoseconds.
   *
   * @param interval from the beginning of a check to that of the next
   * @param fall so many failures in a row withdraw
   * @param rise so many successes in a row announce
   * @param holdDown between two announcements at least; 0: none
   * @param silence without any result it withdraws after this
   * @param renewal how often what was announced has to be announced again
   */
  public record Settings(
      long interval, int fall, int rise, long holdDown, long silence, long renewal) {}

  /** What has changed, and has to be done or told. */
  public sealed interface Change {
    /** The check's result is another than before; the reason of a success is empty. */
    record Turned(boolean ok, String reason) implements Change {}

    /** The service is to be announced now. */
    record Announce() implements Change {}

    /** Its announcement is to be withdrawn now. */
    record Withdraw(String reason) implements Change {}

    /** It would be announced, but has to wait. */
    record Hold(long nanos) implements Change {}
  }

  private final Settings settings;
  private final RandomGenerator random;
  private final Deque<Change> changes = new ArrayDeque<>();

  private State state = State.DOWN;
  private int successes;
  private int failures;
  private @Nullable Boolean lastOk;
  private long lastResult;

  private boolean checking;
  private long nextCheck;
  private boolean broken;
  private boolean brokenWhileChecking;

  private boolean wasAnnounced;
  private long lastAnnouncement;
  private long hold;
  private long mayAnnounce;
  private long nextRenewal;

  /** Nothing is announced; a check is due now. */
  public Health(Settings settings, RandomGenerator random, long now) {
    this.settings = settings;
    this.random = random;
    this.hold = settings.holdDown();
    this.nextCheck = now;
    this.lastResult = now;
    this.nextRenewal = now + settings.renewal();
  }

  public State state() {
    return state;
  }

  /** What has changed since it was asked last, in order; null: nothing more. */
  public @Nullable Change pollChange() {
    return changes.poll();
  }

  /** True once for each check that is to begin now; one at a time. */
  public boolean pollCheck(long now) {
    if (checking || nextCheck - now > 0) {
      return false;
    }
    checking = true;
    long jitter = settings.interval() / JITTER_PART;
    nextCheck = now + settings.interval() - (jitter == 0 ? 0 : random.nextLong(jitter));
    return true;
  }

  /** True once for each time that what was announced, or withdrawn, has to be so again. */
  public boolean pollRenewal(long now) {
    if (nextRenewal - now > 0) {
      return false;
    }
    nextRenewal = now + settings.renewal();
    return true;
  }

  /** The check that was running passed, at that time. */
  public void onSuccess(long at) {
    checking = false;
    lastResult = at;
    if (brokenWhileChecking) {
      brokenWhileChecking = false;
      nextCheck = at; // its answer may be older than the break
      return;
    }
    broken = false;
    turn(true, "");
    failures = 0;
    successes++;
    if (state == State.DOWN && successes >= settings.rise()) {
      announceOrHold(at);
    }
  }

  /** The check that was running failed, at that time. */
  public void onFailure(long at, String reason) {
    checking = false;
    lastResult = at;
    brokenWhileChecking = false;
    fail(at, reason, broken || failures + 1 >= settings.fall());
  }

  /** After a break a new connection was refused, while a check may be running: nobody is there. */
  public void onRefusal(long now, String reason) {
    fail(now, reason, true);
  }

  private void fail(long now, String reason, boolean isDead) {
    turn(false, reason);
    successes = 0;
    failures++;
    broken = false;
    switch (state) {
      case UP -> {
        if (isDead) {
          withdraw(now, reason);
        }
      }
      case HELD -> state = State.DOWN;
      case DOWN -> {}
    }
  }

  /** A connection held open to the service broke. */
  public void onBreak(long now) {
    broken = true;
    if (checking) {
      brokenWhileChecking = true;
    } else {
      nextCheck = now;
    }
  }

  /** Time has passed. */
  public void onTimeout(long now) {
    if (state != State.DOWN && now - lastResult >= settings.silence()) {
      withdraw(now, "no check has finished for " + seconds(now - lastResult) + " s");
    } else if (state == State.HELD && mayAnnounce - now <= 0) {
      announce(now);
    }
  }

  /** How long until one of the methods above has something to do; 0: now. */
  public long nanosLeft(long now) {
    long left = nextRenewal - now;
    if (!checking) {
      left = Math.min(left, nextCheck - now);
    }
    if (state != State.DOWN) {
      left = Math.min(left, lastResult + settings.silence() - now);
    }
    if (state == State.HELD) {
      left = Math.min(left, mayAnnounce - now);
    }
    return Math.max(0, left);
  }

  private void turn(boolean ok, String reason) {
    if (lastOk == null || lastOk != ok) {
      lastOk = ok;
      changes.add(new Change.Turned(ok, reason));
    }
  }

  private void announceOrHold(long now) {
    if (wasAnnounced && mayAnnounce - now > 0) {
      state = State.HELD;
      changes.add(new Change.Hold(mayAnnounce - now));
    } else {
      announce(now);
    }
  }

  private void announce(long now) {
    state = State.UP;
    wasAnnounced = true;
    lastAnnouncement = now;
    nextRenewal = now + settings.renewal();
    changes.add(new Change.Announce());
  }

  private void withdraw(long now, String reason) {
    boolean wasUp = state == State.UP;
    state = State.DOWN;
    successes = 0;
    if (wasUp) {
      boolean wasStable = now - lastAnnouncement >= STABLE_HOLD_DOWNS * settings.holdDown();
      if (wasStable) {
        hold = settings.holdDown();
      }
      mayAnnounce = lastAnnouncement + hold;
      hold = wasStable ? hold : Math.min(2 * hold, LONGEST_HOLD_DOWNS * settings.holdDown());
      changes.add(new Change.Withdraw(reason));
    }
  }

  private static long seconds(long nanos) {
    return Math.round(nanos / 1e9);
  }
}
