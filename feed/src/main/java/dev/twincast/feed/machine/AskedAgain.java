package dev.twincast.feed.machine;

/**
 * How much the one who asks for most has asked for again of what was just sent: the sign of a rate
 * that is too much for somebody.
 */
final class AskedAgain {
  /** Who asks for what was sent longer ago than one to two spans is late: that is no such sign. */
  private static final long SPAN_NANOS = 250_000_000;

  private long recentFrom;
  private long spanFrom;
  private long spanAt;
  private long most;

  AskedAgain(long now, long next) {
    recentFrom = next;
    spanFrom = next;
    spanAt = now;
  }

  /** Takes note of a request for messages up to before {@code end}. */
  void add(Asker asker, long interval, long first, long end) {
    long recent = Math.max(0, end - Math.max(first, recentFrom));
    most = Math.max(most, asker.countAsked(interval, recent));
  }

  /** How many messages the one who asks for most has asked for in the interval that ends. */
  long takeMost() {
    long taken = most;
    most = 0;
    return taken;
  }

  /**
   * Ends an interval of the pace.
   *
   * @param fell whether the pace fell: what was sent before is no reason for another fall then
   */
  void endInterval(long now, long sent, boolean fell) {
    if (fell || now - spanAt >= SPAN_NANOS) {
      spanAt = now;
      recentFrom = fell ? sent : spanFrom;
      spanFrom = sent;
    }
  }
}
