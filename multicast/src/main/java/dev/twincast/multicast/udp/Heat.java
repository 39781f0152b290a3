package dev.twincast.multicast.udp;

/**
 * Whether a stream is hot: so dense that a thread which takes a short nap finds several datagrams
 * afterwards, and costs the kernel one wake-up instead of many. A cold stream is waited for by
 * blocking: each datagram is then there at once. Knows no clock: time comes in, nanoseconds of any
 * monotonic clock.
 */
final class Heat {
  /** How long a nap is: two switches of threads cost the CPU of many datagrams. */
  static final long NAP_NANOS = 100_000;

  private static final long WINDOW_NANOS = 1_000_000;
  private static final long COOL_NANOS = 2 * WINDOW_NANOS;

  /** Arrivals within a window from which on it is hot: two for each nap. */
  private static final int HOT = (int) (2 * WINDOW_NANOS / NAP_NANOS);

  // A window begins with an arrival, so that one after a stall finds the stream as it was.
  private long windowStart;
  private int inWindow;
  private int inLastWindow;
  private long lastArrival;

  Heat(long now) {
    windowStart = now;
    lastArrival = now;
  }

  /** Counts what arrived: wake-ups saved, that is buffers of the kernel's. */
  void arrived(long now, int count) {
    if (now - windowStart >= WINDOW_NANOS) {
      inLastWindow = inWindow;
      inWindow = 0;
      windowStart = now;
    }
    inWindow += count;
    lastArrival = now;
  }

  /** Not while nothing comes, however dense it was before. */
  boolean isHot(long now) {
    return now - lastArrival < COOL_NANOS && (inWindow >= HOT || inLastWindow >= HOT);
  }
}
