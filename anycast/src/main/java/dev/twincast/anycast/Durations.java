package dev.twincast.anycast;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Durations of options, checked, and in words. */
final class Durations {
  private Durations() {}

  /** In nanoseconds; what is longer than 292 years is as long. */
  static long positiveNanos(String option, Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException(option + " " + duration + " is not longer than zero");
    }
    return TimeUnit.NANOSECONDS.convert(duration);
  }

  /** {@code 2 s}, or {@code 1500 ms}. */
  static String text(long nanos) {
    long millis = Math.max(1, Math.round(nanos / 1e6));
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }
}
