package dev.twincast.anycast.policy;

/**
 * Recent latencies, to within an eighth of their size: counts in steps of a quarter of an octave,
 * halved from time to time so that the past fades. Not thread-safe.
 */
final class Latency {
  private static final int STEPS_BITS = 2;
  private static final int STEPS = 1 << STEPS_BITS;
  private static final int FADE_AT = 2_048;

  private final int[] counts = new int[Long.SIZE * STEPS];
  private int total;

  void add(long nanos) {
    counts[step(Math.max(STEPS, nanos))]++;
    if (++total >= FADE_AT) {
      fade();
    }
  }

  /** The upper bound of the step that holds this percentile; 0 when nothing was added. */
  long percentile(double share) {
    long wanted = (long) Math.ceil(share * total);
    long seen = 0;
    for (int step = 0; step < counts.length && wanted > 0; step++) {
      seen += counts[step];
      if (seen >= wanted) {
        return upperBound(step);
      }
    }
    return 0;
  }

  private void fade() {
    total = 0;
    for (int step = 0; step < counts.length; step++) {
      counts[step] /= 2;
      total += counts[step];
    }
  }

  /** The octave, and the two bits that follow its first. */
  private static int step(long nanos) {
    int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
    return octave * STEPS + (int) (nanos >>> (octave - STEPS_BITS) & (STEPS - 1));
  }

  private static long upperBound(int step) {
    int octave = step / STEPS;
    long width = 1L << (octave - STEPS_BITS);
    return (1L << octave) + (step % STEPS + 1) * width;
  }
}
