package dev.twincast.cli;

/**
 * What chance alone does: of so many calls, each of which takes one of so many replicas at random,
 * how many does one replica answer? The binomial distribution's central 95 of 100.
 *
 * @param least fewer in 2.5 of 100 cases at most
 * @param most more in 2.5 of 100 cases at most
 */
record Chance(long least, long most) {
  private static final double TAIL = 0.025;

  /** The 97.5th percentile of the normal distribution. */
  private static final double DEVIATIONS = 1.959964;

  /** From here on the normal distribution is as good. */
  private static final double LARGE_VARIANCE = 25;

  /** For so many calls and replicas, at least one of each. */
  static Chance of(long calls, int replicas) {
    double p = 1.0 / replicas;
    double variance = calls * p * (1 - p);
    return variance > LARGE_VARIANCE ? normal(calls, p, variance) : exact(calls, p);
  }

  private static Chance normal(long calls, double p, double variance) {
    double reach = DEVIATIONS * Math.sqrt(variance) + 0.5;
    return new Chance(
        Math.max(0, (long) Math.ceil(calls * p - reach)),
        Math.min(calls, (long) Math.floor(calls * p + reach)));
  }

  private static Chance exact(long calls, double p) {
    if (p == 1) {
      return new Chance(calls, calls);
    }
    double mass = Math.pow(1 - p, (double) calls); // of k calls
    double below = 0; // of fewer than k
    long k = 0;
    while (below + mass <= TAIL) {
      below += mass;
      mass *= (calls - k) / (k + 1.0) * p / (1 - p);
      k++;
    }
    long least = k;
    while (below + mass < 1 - TAIL && k < calls) {
      below += mass;
      mass *= (calls - k) / (k + 1.0) * p / (1 - p);
      k++;
    }
    return new Chance(least, k);
  }
}
