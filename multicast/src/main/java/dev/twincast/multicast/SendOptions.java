package dev.twincast.multicast;

/**
 * What all senders can be told.
 *
 * @param batching whether messages gather while the port is busy
 * @param datagramsPerSecond 0: any
 * @param bitsPerSecond 0: any
 */
record SendOptions(boolean batching, long datagramsPerSecond, long bitsPerSecond) {
  static final SendOptions DEFAULT = new SendOptions(false, 0, 0);

  SendOptions gathering() {
    return new SendOptions(true, datagramsPerSecond, bitsPerSecond);
  }

  SendOptions withRate(long datagramsPerSecond) {
    return new SendOptions(batching, positive(datagramsPerSecond), bitsPerSecond);
  }

  SendOptions withBitsPerSecond(long bitsPerSecond) {
    return new SendOptions(batching, datagramsPerSecond, positive(bitsPerSecond));
  }

  Pace pace() {
    return new Pace(datagramsPerSecond, bitsPerSecond);
  }

  private static long positive(long rate) {
    if (rate < 1) {
      throw new IllegalArgumentException("rate of " + rate + " per second (at least 1)");
    }
    return rate;
  }
}
