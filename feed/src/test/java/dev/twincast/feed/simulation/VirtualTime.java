package dev.twincast.feed.simulation;

import java.util.PriorityQueue;

/** A clock that stands still until something is due, and then jumps there. */
final class VirtualTime {
  private record Due(long at, long order, Runnable what) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      long difference = at - other.at;
      return difference == 0 ? Long.compare(order, other.order) : Long.signum(difference);
    }
  }

  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private final long start;
  private long now;
  private long order;

  /**
   * @param start the clock's first reading: machines must not care what it is
   */
  VirtualTime(long start) {
    this.start = start;
    now = start;
  }

  long now() {
    return now;
  }

  /** How long it has run. */
  long elapsed() {
    return now - start;
  }

  /** Does something at a time, or now if that is past. */
  void at(long time, Runnable what) {
    queue.add(new Due(time - now > 0 ? time : now, order++, what));
  }

  void after(long nanos, Runnable what) {
    at(now + nanos, what);
  }

  /** Does the next thing that is due until a time; false: there is none, and the time has come. */
  boolean step(long until) {
    Due due = queue.peek();
    if (due == null || due.at - until > 0) {
      now = until;
      return false;
    }
    queue.remove();
    now = due.at;
    due.what.run();
    return true;
  }
}
