package dev.twincast.multicast.udp;

/**
 * Whether a stream is hot: so dense that a thread which takes a short nap finds several datagrams
 * afterwards, and costs the kernel one wake-up instead of many. A cold stream is waited for by
 * blocking: each datagram is then there at once. Knows no clock: time comes in, nanoseconds of any
 * monotonic clock.
 */
final class Heat {
  /** How long a nap is; about what a wake-up costs, so that it adds little to the delay. */
  static final long NAP_NANOS = 50_000;

  private static final long WINDOW_NANOS = 1_000_000;

  /** Arrivals within a window from which on it is hot: two for each nap. */
  private static final int HOT = (int) (2 * WINDOW_NANOS / NAP_NANOS);

  private long windowStart;
  private int inWindow;
  private int inLastWindow;

  /** Counts what arrived: wake-ups saved, that is buffers of the kernel's. */
  void arrived(long now, int count) {
    turn(now);
    inWindow += count;
  }

  boolean isHot(long now) {
    turn(now);
    return inWindow >= HOT || inLastWindow >= HOT;
  }

  private void turn(long now) {
    long age = now - windowStart;
    if (age >= WINDOW_NANOS) {
      inLastWindow = age < 2 * WINDOW_NANOS ? inWindow : 0;
      inWindow = 0;
      windowStart = now;
    }
  }
}
