package dev.twincast.feed.journal;

import java.time.Duration;

/**
 * When a {@link Journal} forces to the disk what it has written, and so what {@link Store#durable}
 * promises.
 *
 * <table>
 * <caption>What is below {@code durable()} survives</caption>
 * <tr><th>policy</th><th>a killed process</th><th>loss of power</th><th>grows</th></tr>
 * <tr><td>always</td><td>yes</td><td>yes</td><td>with each commit</td></tr>
 * <tr><td>interval</td><td>yes</td><td>yes</td><td>once an interval</td></tr>
 * <tr><td>never</td><td>yes</td><td><b>no</b></td><td>with each commit</td></tr>
 * </table>
 *
 * <p>What was committed and is not yet below {@code durable()} survives a killed process as well.
 */
public sealed interface Fsync {

  /** Forces at each commit: one force for a batch, however many messages it has. */
  record Always() implements Fsync {}

  /**
   * Forces when something has waited for this long, so that acknowledgements come in steps of it.
   *
   * @param every 1 ms to 1 hour
   */
  record Interval(Duration every) implements Fsync {
    public Interval {
      if (every.compareTo(Duration.ofMillis(1)) < 0 || every.compareTo(Duration.ofHours(1)) > 0) {
        throw new IllegalArgumentException(
            "an fsync interval of " + every + " is outside 1 ms to 1 hour");
      }
    }
  }

  /**
   * Leaves it to the operating system, which writes within half a minute or so. What is called
   * durable has only been handed to it: the loss of power takes the last messages, and may leave a
   * hole before some that are still there.
   */
  record Never() implements Fsync {}

  /** {@link Always}. */
  static Fsync always() {
    return new Always();
  }

  /** {@link Interval}. */
  static Fsync interval(Duration every) {
    return new Interval(every);
  }

  /** {@link Never}. */
  static Fsync never() {
    return new Never();
  }
}
