package dev.twincast.feed.machine;

/**
 * How much the one who asks for most has asked for again of what was just sent: the sign of a rate
 * that is too much for somebody. Who asks for what was sent longer ago is late: that is no such
 * sign.
 */
final class AskedAgain {
  private final Recent recent;
  private long sentAtFall;
  private long most;

  AskedAgain(Recent recent) {
    this.recent = recent;
  }

  /** Takes note of a request for messages up to before {@code end}. */
  void add(Asker asker, long interval, long first, long end) {
    long from = Math.max(first, Math.max(recent.from(), sentAtFall));
    most = Math.max(most, asker.countAsked(interval, Math.max(0, end - from)));
  }

  /** How many messages the one who asks for most has asked for in the interval that ends. */
  long takeMost() {
    long taken = most;
    most = 0;
    return taken;
  }

  /** The pace fell: what was sent before is no reason for another fall. */
  void fell(long sent) {
    sentAtFall = sent;
  }
}
