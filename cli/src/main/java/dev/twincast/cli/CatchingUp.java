package dev.twincast.cli;

import java.util.Locale;
import java.util.Optional;

/** How a subscriber that is behind gets on, in words: how far, how fast, how long still. */
final class CatchingUp {
  /** Who is behind by less has caught up before anybody has read it. */
  private static final long FEW_MESSAGES = 100;

  private final Advance advance = new Advance();
  private boolean isBehind;

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
      advance.begin(now, position);
    }
    if (!advance.isDue(now)) {
      return Optional.empty();
    }
    long start = advance.start();
    return Optional.of(
        String.format(
            Locale.ROOT,
            "#%d of %d: %d %%, %.0f messages/s, %d repaired, %s",
            position - 1,
            highest - 1,
            100 * (position - start) / (highest - start),
            advance.perSecond(now, position),
            repaired,
            advance.left(now, position, highest, "waiting for a recorder")));
  }
}
