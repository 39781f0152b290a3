package dev.twincast.feed.machine;

/**
 * Notices that nothing is heard live, not even heartbeats. The publisher may be gone, and the last
 * that it said may have been lost on the way here; recorders know. They are asked a few times, less
 * and less often, and then no more.
 */
final class Silence {
  private static final long FIRST_NANOS = 2_500_000_000L;
  private static final long AGAIN_NANOS = 20_000_000;
  private static final int PROBES = 6;

  private final Timers timers;
  private int probes;
  private boolean isDue;

  Silence(Timers timers) {
    this.timers = timers;
  }

  void heard(long now) {
    probes = 0;
    isDue = false;
    timers.set(Timer.SILENCE, now + FIRST_NANOS);
  }

  /** A recorder knew more: perhaps it knows still more. */
  void answered(long now) {
    probes = 0;
    timers.set(Timer.SILENCE, now + AGAIN_NANOS);
  }

  /** There is nothing more to be known. */
  void end() {
    isDue = false;
    timers.clear(Timer.SILENCE);
  }

  void onTimeout(long now) {
    if (timers.expire(Timer.SILENCE, now)) {
      isDue = true;
      if (probes < PROBES) {
        timers.set(Timer.SILENCE, now + (FIRST_NANOS << probes));
      }
      probes++;
    }
  }

  /** Whether a recorder is to be asked now; that counts as done then. */
  boolean take() {
    boolean due = isDue;
    isDue = false;
    return due;
  }
}
