package dev.twincast.cli;

import java.util.random.RandomGenerator;

/** Throws away a share of what arrives, each by chance. Thread-safe. */
final class SimulatedLoss {
  private final double share;
  private final RandomGenerator random; // guarded by this
  private long dropped; // guarded by this

  /**
   * @param share 0 to 1
   */
  SimulatedLoss(double share, RandomGenerator random) {
    this.share = share;
    this.random = random;
  }

  /** Whether the next one is thrown away. */
  synchronized boolean drops() {
    boolean isDropped = share > 0 && random.nextDouble() < share;
    if (isDropped) {
      dropped++;
    }
    return isDropped;
  }

  /** Adds how many were thrown away, if any may be. */
  synchronized Event describe(Event event) {
    return share > 0 ? event.with("simulatedDrops", dropped) : event;
  }
}
