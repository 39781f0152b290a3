package dev.twincast.feed.machine;

/**
 * When the next number is told: 1, 10 and 100 ms after the last message, so that a lost tail is
 * noticed soon; then each second.
 */
final class Heartbeats {
  // MoldUDP64: heartbeats are sent at least once a second.
  private static final long[] AFTER_NANOS = {1_000_000, 10_000_000, 100_000_000, 1_000_000_000};

  private final Timers timers;
  private long lastMessageAt;
  private int step;
  private boolean isDue;
  private long pauseNanos = AFTER_NANOS[AFTER_NANOS.length - 1];

  Heartbeats(Timers timers) {
    this.timers = timers;
  }

  /** Begins anew, with one at once. */
  void begin(long now) {
    messageSent(now);
    isDue = true;
    pauseNanos = AFTER_NANOS[AFTER_NANOS.length - 1];
  }

  /** The same, but often: for what lasts only a short while, and must be heard. */
  void beginDense(long now, long pauseNanos) {
    begin(now);
    this.pauseNanos = pauseNanos;
  }

  void messageSent(long now) {
    lastMessageAt = now;
    step = 0;
    isDue = false;
    timers.set(Timer.HEARTBEAT, now + AFTER_NANOS[0]);
  }

  void onTimeout(long now) {
    if (!timers.expire(Timer.HEARTBEAT, now)) {
      return;
    }
    isDue = true;
    step++;
    if (step < AFTER_NANOS.length && AFTER_NANOS[step] <= pauseNanos) {
      timers.set(Timer.HEARTBEAT, lastMessageAt + AFTER_NANOS[step]);
    } else {
      timers.set(Timer.HEARTBEAT, now + pauseNanos);
    }
  }

  /** Whether one is to be sent now; it counts as sent then. */
  boolean take() {
    boolean due = isDue;
    isDue = false;
    return due;
  }

  void end() {
    isDue = false;
    timers.clear(Timer.HEARTBEAT);
  }
}
