package dev.twincast.cli;

import java.time.Duration;
import java.util.Optional;

/** When the next statistics are due: again and again after the same time, or never. */
final class Ticks {
  private final long everyNanos;
  private long next;

  Ticks(Optional<Duration> every) {
    everyNanos = every.map(Duration::toNanos).orElse(0L);
    next = System.nanoTime() + everyNanos;
  }

  long nanosLeft(long now) {
    return everyNanos == 0 ? Long.MAX_VALUE : Math.max(1, next - now);
  }

  /** True once for each time that is due. */
  boolean isDue(long now) {
    if (everyNanos == 0 || next - now > 0) {
      return false;
    }
    next += everyNanos;
    return true;
  }
}
