package dev.twincast.feed.machine;

/** What was sent just now: within the last quarter to half of a second. */
final class Recent {
  private static final long SPAN_NANOS = 250_000_000;

  private long from;
  private long spanFrom;
  private long spanAt;

  Recent(long now, long next) {
    from = next;
    spanFrom = next;
    spanAt = now;
  }

  /** The first number that was sent just now. */
  long from() {
    return from;
  }

  /** Goes on, if it is time to; all below {@code sent} was sent. */
  void update(long now, long sent) {
    if (now - spanAt >= SPAN_NANOS) {
      spanAt = now;
      from = spanFrom;
      spanFrom = sent;
    }
  }
}
