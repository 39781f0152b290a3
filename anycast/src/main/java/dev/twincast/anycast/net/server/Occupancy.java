package dev.twincast.anycast.net.server;

import java.util.concurrent.TimeUnit;

/** How many connections are open, and may be. Thread-safe: all fields are guarded by this. */
public final class Occupancy {
  private final int limit;
  private int open;
  private int told; // of those, asked to leave

  /** Nobody is there yet. */
  public Occupancy(int limit) {
    this.limit = limit;
  }

  /** Connections open now. */
  public synchronized int open() {
    return open;
  }

  /** One more, if the limit allows it. */
  synchronized boolean enter() {
    if (open == limit) {
      return false;
    }
    open++;
    return true;
  }

  synchronized void tell() {
    told++;
  }

  synchronized void leave(boolean wasTold) {
    open--;
    if (wasTold) {
      told--;
    }
    if (told == 0) {
      notifyAll();
    }
  }

  synchronized void awaitTold(long deadline) throws InterruptedException {
    while (told > 0 && waitUntil(deadline)) {}
  }

  /** True if all have left by the deadline. */
  synchronized boolean awaitAll(long deadline) throws InterruptedException {
    while (open > 0 && waitUntil(deadline)) {}
    return open == 0;
  }

  private boolean waitUntil(long deadline) throws InterruptedException {
    long left = deadline - System.nanoTime();
    if (left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
    }
    return left > 0;
  }
}
