package dev.twincast.feed.simulation;

import java.util.random.RandomGenerator;

/**
 * What becomes of packets on the way to one party: one object for each, since losses are bursts.
 */
interface Loss {
  Loss NONE = random -> false;

  /** Whether the next packet is lost. */
  boolean loses(RandomGenerator random);

  /** Each packet by itself. */
  static Loss independent(double share) {
    return random -> random.nextDouble() < share;
  }

  /**
   * In bursts (Gilbert and Elliott): the way is good, and loses nothing, or bad, and loses all.
   *
   * @param share how many are lost in the long run, below 1
   * @param meanLength how many are lost one after the other, on average
   */
  static Loss inBursts(double share, double meanLength) {
    double toGood = 1 / meanLength;
    double toBad = toGood * share / (1 - share);
    return new Loss() {
      private boolean isBad;

      @Override
      public boolean loses(RandomGenerator random) {
        isBad = random.nextDouble() < (isBad ? 1 - toGood : toBad);
        return isBad;
      }
    };
  }
}
