package dev.twincast.cli;

import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Latencies of calls: the percentiles of a uniform sample of at most 65,536 of them (Vitter's
 * algorithm R), and the exact maximum. Not thread-safe.
 */
final class Latencies {
  private static final int SAMPLE = 65_536;

  private final RandomGenerator random;
  private long[] sample = new long[64];
  private long count;
  private long maximum;

  Latencies(RandomGenerator random) {
    this.random = random;
  }

  void add(long nanos) {
    maximum = Math.max(maximum, nanos);
    long index = count < SAMPLE ? count : random.nextLong(count + 1);
    count++;
    if (index < SAMPLE) {
      if (index >= sample.length) {
        sample = Arrays.copyOf(sample, sample.length * 2);
      }
      sample[(int) index] = nanos;
    }
  }

  /** Milliseconds: p50, p99, max; zeroes when there was no call. */
  JsonObject millis() {
    long[] sorted = Arrays.copyOf(sample, (int) Math.min(count, SAMPLE));
    Arrays.sort(sorted);
    JsonObject millis = new JsonObject();
    millis.addProperty("p50", toMillis(percentile(sorted, 0.50)));
    millis.addProperty("p99", toMillis(percentile(sorted, 0.99)));
    millis.addProperty("max", toMillis(maximum));
    return millis;
  }

  /** Nearest rank: the smallest value that at least the given share does not exceed. */
  private static long percentile(long[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  static double toMillis(long nanos) {
    return Math.round(nanos / 1e3) / 1e3;
  }
}
