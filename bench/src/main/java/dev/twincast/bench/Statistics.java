package dev.twincast.bench;

import java.util.Collection;

/** Medians, ratios and percentiles. */
final class Statistics {
  private Statistics() {}

  /**
   * A median with its range.
   *
   * @param median of an even number of values the mean of the two in the middle
   */
  record Spread(double median, double least, double most) {

    /**
     * @throws IllegalArgumentException if there is no value
     */
    static Spread of(Collection<Double> values) {
      if (values.isEmpty()) {
        throw new IllegalArgumentException("no value, no median");
      }
      double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      int middle = sorted.length / 2;
      double median =
          sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
      return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** The median, and its range in brackets where that shows a difference. */
    String text(String format) {
      String from = format.formatted(least);
      String to = format.formatted(most);
      return format.formatted(median) + (from.equals(to) ? "" : " [" + from + "–" + to + "]");
    }
  }

  /**
   * Nearest rank: the least value that so many of them do not exceed; 0 if there is none.
   *
   * @param perMille 1 to 1000
   */
  static long percentile(long[] sorted, int perMille) {
    return sorted.length == 0
        ? 0
        : sorted[(int) Math.ceilDiv(sorted.length * (long) perMille, 1000) - 1];
  }
}
