package dev.twincast.bench;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * How long a subscriber of our feed takes to repair what is missing, from its handler's view: until
 * the answer is here, and until a missing message is handed over, which waits for all before it.
 */
final class Repairs {
  private static final int MAX_KEPT = 1 << 16;

  /** A gap of which something is still to be delivered. */
  private static final class Gap {
    final long from;
    final long to;
    long seenAt;

    Gap(long from, long to, long seenAt) {
      this.from = from;
      this.to = to;
      this.seenAt = seenAt;
    }
  }

  private final ArrayDeque<Gap> gaps = new ArrayDeque<>();
  private final long[] answered = new long[MAX_KEPT];
  private final long[] delivered = new long[MAX_KEPT];
  private int answeredCount;
  private int deliveredCount;

  /** Begins anew: what was kept until now was for practice. */
  void begin() {
    answeredCount = 0;
    deliveredCount = 0;
  }

  /** The handler may be told this late: {@link #answered} says how late at most. */
  void seen(long from, long to) {
    gaps.add(new Gap(from, to, System.nanoTime()));
  }

  /**
   * An answer has come.
   *
   * @param after how long after the gap was seen, says the subscriber
   */
  void answered(long from, long after) {
    if (answeredCount < MAX_KEPT) {
      answered[answeredCount++] = after;
    }
    long seenAt = System.nanoTime() - after;
    for (Gap gap : gaps) {
      if (gap.from <= from && from <= gap.to && seenAt - gap.seenAt < 0) {
        gap.seenAt = seenAt;
      }
    }
  }

  /** Messages come in order, and so do gaps. */
  void delivered(long number) {
    Gap gap = gaps.peek();
    if (gap == null || number < gap.from) {
      return;
    }
    if (deliveredCount < MAX_KEPT) {
      delivered[deliveredCount++] = System.nanoTime() - gap.seenAt;
    }
    if (number >= gap.to) {
      gaps.remove();
    }
  }

  String result() {
    return "repairs="
        + answeredCount
        + percentiles("answered", answered, answeredCount)
        + percentiles("delivered", delivered, deliveredCount);
  }

  private static String percentiles(String what, long[] nanos, int count) {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return " %s50=%d %s99=%d %s999=%d"
        .formatted(
            what,
            Statistics.percentile(sorted, 500),
            what,
            Statistics.percentile(sorted, 990),
            what,
            Statistics.percentile(sorted, 999));
  }
}
