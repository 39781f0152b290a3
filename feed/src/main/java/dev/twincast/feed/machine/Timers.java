package dev.twincast.feed.machine;

/**
 * A machine's timers: for each {@link Timer} when it is due, if it is set. No map: that would box.
 */
@SuppressWarnings("EnumOrdinal")
final class Timers {
  private static final Timer[] ALL = Timer.values();

  private final long[] due = new long[ALL.length];
  private int set;

  void set(Timer timer, long at) {
    due[timer.ordinal()] = at;
    set |= bit(timer);
  }

  void clear(Timer timer) {
    set &= ~bit(timer);
  }

  boolean isSet(Timer timer) {
    return (set & bit(timer)) != 0;
  }

  /** Whether it is set and due; it is not set any more then. */
  boolean expire(Timer timer, long now) {
    if (!isSet(timer) || due[timer.ordinal()] - now > 0) {
      return false;
    }
    clear(timer);
    return true;
  }

  /** The earliest, or {@link Machine#NEVER}. */
  long next() {
    long next = Machine.NEVER;
    for (Timer timer : ALL) {
      if (isSet(timer)) {
        next = earlier(next, due[timer.ordinal()]);
      }
    }
    return next;
  }

  /** The earlier of two times, either of which may be {@link Machine#NEVER}. */
  static long earlier(long a, long b) {
    if (a == Machine.NEVER || b == Machine.NEVER) {
      return a == Machine.NEVER ? b : a;
    }
    return a - b <= 0 ? a : b;
  }

  private static int bit(Timer timer) {
    return 1 << timer.ordinal();
  }
}
