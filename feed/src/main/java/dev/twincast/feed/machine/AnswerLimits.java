package dev.twincast.feed.machine;

/**
 * What one asker may take, so that a broken or hostile one cannot starve the others.
 *
 * @param bytesPerSecond how fast each is answered in the long run
 * @param burstBytes how much at once
 * @param ranges how many of its requests wait at a time; more are dropped
 * @param askers how many askers are known at a time; the requests of more are dropped
 * @param suppressNanos how long a request for what was just sent to the same asker is taken for a
 *     duplicate: less than the shortest time-out of an asker
 */
public record AnswerLimits(
    long bytesPerSecond, long burstBytes, int ranges, int askers, long suppressNanos) {

  /** 100 MB/s each, 1 MB at once, 1,024 requests, 16,384 askers, a tenth of a millisecond. */
  public static final AnswerLimits DEFAULT =
      new AnswerLimits(100_000_000, 1_000_000, 1024, 16_384, 100_000);

  public AnswerLimits {
    if (bytesPerSecond < 1 || burstBytes < 1 || ranges < 1 || askers < 1 || suppressNanos < 0) {
      throw new IllegalArgumentException("limits of answers must be positive");
    }
  }
}
