package dev.twincast.multicast.measure;

import java.util.Arrays;

/**
 * The account of one sender's numbered datagrams. Each datagram is new, a duplicate, or late; a new
 * one with a smaller number than one before is reordered, and no longer lost.
 *
 * <p>It remembers which of the last {@value #WINDOW} numbers came. What is older than those cannot
 * be told from a duplicate: it counts as late, and stays lost. Pure, not thread-safe; a few
 * kilobytes for a stream.
 */
public final class StreamQuality {
  /** How far back a datagram can be reordered and still be known, in numbers. */
  public static final int WINDOW = 8192;

  /** A jump of more than this, forward or back, is a new stream: its sender began again. */
  private static final int RESTART = 1 << 20;

  private final long[] seen = new long[WINDOW / Long.SIZE];
  private boolean begun;
  private long first;
  private long highest;
  private long received;
  private long receivedBefore; // in streams before a restart
  private long lostBefore;
  private long duplicates;
  private long reordered;
  private long late;
  private long restarts;

  private boolean hasTransit;
  private long lastTransit;
  private long smallestTransit = Long.MAX_VALUE;
  private long largestTransit = Long.MIN_VALUE;
  private double jitterNanos;

  /** The account of a sender of which nothing was heard yet. */
  public StreamQuality() {}

  /**
   * What is known so far.
   *
   * @param received datagrams without duplicates
   * @param lost numbers between the first and the highest that never came
   * @param duplicates numbers that came again
   * @param reordered datagrams that came after one with a higher number
   * @param late datagrams so old that they may be duplicates; they count as lost
   * @param restarts how often the sender began again at another number
   * @param jitterNanos interarrival jitter (RFC 3550 section 6.4.1), in nanoseconds
   * @param delaySpreadNanos the slowest less the fastest one-way delay, in nanoseconds; the clocks
   *     need not agree for that
   */
  public record Report(
      long received,
      long lost,
      long duplicates,
      long reordered,
      long late,
      long restarts,
      long jitterNanos,
      long delaySpreadNanos) {}

  /**
   * A datagram came.
   *
   * @param number 0 to 2,147,483,647
   * @param sentNanos by the sender's clock, of any origin
   * @param arrivedNanos by the receiver's clock, of any origin
   */
  public void onDatagram(int number, long sentNanos, long arrivedNanos) {
    if (!begun) {
      begin(number);
    }
    // The nearest number modulo 2^31 to the highest so far: the number on the wire wraps.
    long extended = highest + ((number - (int) highest) << 1 >> 1);
    if (Math.abs(extended - highest) > RESTART) {
      lostBefore += lostSinceBegin();
      restarts++;
      begin(number);
      extended = number;
    }
    account(extended);
    measureDelay(arrivedNanos - sentNanos);
  }

  /**
   * The sender said that it has ended: what is missing before this number is lost.
   *
   * @param next the number that it would have sent next
   */
  public void onEnd(int next) {
    long last = highest + ((next - 1 - (int) highest) << 1 >> 1);
    if (begun && last > highest && last - highest <= RESTART) {
      forget(highest + 1, last);
      highest = last;
    }
  }

  /** What is known so far. */
  public Report report() {
    return new Report(
        received,
        lostBefore + lostSinceBegin(),
        duplicates,
        reordered,
        late,
        restarts,
        Math.round(jitterNanos),
        largestTransit < smallestTransit ? 0 : largestTransit - smallestTransit);
  }

  private void begin(int number) {
    begun = true;
    first = number;
    highest = number - 1L;
    receivedBefore = received;
    Arrays.fill(seen, 0);
  }

  private long lostSinceBegin() {
    return begun ? highest - first + 1 - (received - receivedBefore) : 0;
  }

  private void account(long number) {
    if (number > highest) {
      forget(highest + 1, number);
      highest = number;
      mark(number);
      received++;
    } else if (highest - number >= WINDOW) {
      late++;
    } else if (isMarked(number)) {
      duplicates++;
    } else {
      mark(number);
      received++;
      reordered++;
      first = Math.min(first, number);
    }
  }

  /** Clears the places of numbers that enter the window. */
  private void forget(long from, long to) {
    if (to - from >= WINDOW) {
      Arrays.fill(seen, 0);
      return;
    }
    for (long number = from; number <= to; number++) {
      seen[word(number)] &= ~bit(number);
    }
  }

  private void mark(long number) {
    seen[word(number)] |= bit(number);
  }

  private boolean isMarked(long number) {
    return (seen[word(number)] & bit(number)) != 0;
  }

  private static int word(long number) {
    return (int) Math.floorMod(number, (long) WINDOW) / Long.SIZE;
  }

  private static long bit(long number) {
    return 1L << (number & (Long.SIZE - 1));
  }

  /** RFC 3550 section 6.4.1: J = J + (|D| - J) / 16. */
  private void measureDelay(long transit) {
    if (hasTransit) {
      jitterNanos += (Math.abs(transit - lastTransit) - jitterNanos) / 16;
    }
    hasTransit = true;
    lastTransit = transit;
    smallestTransit = Math.min(smallestTransit, transit);
    largestTransit = Math.max(largestTransit, transit);
  }
}
