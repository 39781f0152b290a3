package dev.twincast.feed.drive;

import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/** Throws arriving datagrams away, to show what a feed does about it. Any thread may call. */
public final class SimulatedLoss {
  private final double share;
  private final RandomGenerator random; // guarded by itself
  private final LongAdder dropped = new LongAdder();

  /**
   * @param share of the datagrams: 0, none, to 1, all
   */
  public SimulatedLoss(double share, RandomGenerator random) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a loss of " + share + " is outside 0 to 1");
    }
    this.share = share;
    this.random = random;
  }

  /** Whether to throw this one away. */
  boolean hits() {
    if (share == 0) {
      return false;
    }
    synchronized (random) {
      if (random.nextDouble() >= share) {
        return false;
      }
    }
    dropped.increment();
    return true;
  }

  public long dropped() {
    return dropped.sum();
  }
}
