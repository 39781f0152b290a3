package dev.twincast.cli;

import java.util.Locale;
import java.util.Optional;

/** How a subscriber that is behind gets on, in words: how far, how fast, how long still. */
final class CatchingUp {
  private static final long SHOW_EVERY_NANOS = 200_000_000;

  /** Who is behind by less has caught up before anybody has read it. */
  private static final long FEW_MESSAGES = 100;

  private boolean isBehind;
  private long start;
  private long startedAt;
  private long shownAt;

  /**
   * The line to show now; empty: nothing, or not yet again.
   *
   * @param position the number of the next message
   * @param highest the number behind the last one known of
   * @param repaired messages that recorders sent again, until now
   */
  Optional<String> line(long now, long position, long highest, long repaired) {
    if (highest - position < FEW_MESSAGES) {
      isBehind = false;
      return Optional.empty();
    }
    if (!isBehind) {
      isBehind = true;
      start = position;
      startedAt = now;
      shownAt = now;
    }
    if (now - shownAt < SHOW_EVERY_NANOS) {
      return Optional.empty();
    }
    shownAt = now;
    double perSecond = (position - start) * 1e9 / (now - startedAt);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "#%d of %d: %d %%, %.0f messages/s, %d repaired, %s",
            position - 1,
            highest - 1,
            100 * (position - start) / (highest - start),
            perSecond,
            repaired,
            position == start
                ? "waiting for a recorder"
                : String.format(Locale.ROOT, "%.0f s left", (highest - position) / perSecond)));
  }
}
