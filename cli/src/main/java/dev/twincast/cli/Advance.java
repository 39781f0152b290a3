package dev.twincast.cli;

import java.util.Locale;

/** How fast something gets on, how long it still takes, and when that is to be shown again. */
final class Advance {
  private static final long SHOW_EVERY_NANOS = 200_000_000;

  private long start;
  private long startedAt;
  private long shownAt;

  /** Begins where {@code done} is reached already. */
  void begin(long now, long done) {
    start = done;
    startedAt = now;
    shownAt = now;
  }

  /** Whether it is to be shown; then it counts as shown. */
  boolean isDue(long now) {
    if (now - shownAt < SHOW_EVERY_NANOS) {
      return false;
    }
    shownAt = now;
    return true;
  }

  /** Where it began. */
  long start() {
    return start;
  }

  double perSecond(long now, long done) {
    return (done - start) * 1e9 / (now - startedAt);
  }

  /**
   * How long it takes until {@code end}, in words.
   *
   * @param otherwise the words if it did not get on yet
   */
  String left(long now, long done, long end, String otherwise) {
    return done == start
        ? otherwise
        : String.format(Locale.ROOT, "%.0f s left", (end - done) / perSecond(now, done));
  }
}
