package dev.twincast.cli;

import com.google.gson.JsonObject;
import org.HdrHistogram.Histogram;

/** Latencies of calls, to three digits. Not thread-safe. */
final class Latencies {
  private static final int DIGITS = 3;

  private final Histogram histogram = new Histogram(DIGITS);

  void add(long nanos) {
    histogram.recordValue(Math.max(0, nanos));
  }

  /** Forgets all. */
  void reset() {
    histogram.reset();
  }

  /** Milliseconds: p50, p90, p99, p999, max; zeroes when there was no call. */
  JsonObject millis() {
    JsonObject millis = new JsonObject();
    millis.addProperty("p50", percentile(50));
    millis.addProperty("p90", percentile(90));
    millis.addProperty("p99", percentile(99));
    millis.addProperty("p999", percentile(99.9));
    millis.addProperty("max", toMillis(histogram.getMaxValue()));
    return millis;
  }

  private double percentile(double percent) {
    return toMillis(Math.min(histogram.getValueAtPercentile(percent), histogram.getMaxValue()));
  }

  static double toMillis(long nanos) {
    return Math.round(nanos / 1e3) / 1e3;
  }
}
