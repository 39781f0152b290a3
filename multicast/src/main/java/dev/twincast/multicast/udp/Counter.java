package dev.twincast.multicast.udp;

import java.util.concurrent.atomic.AtomicLong;

/** A count that one thread at a time raises and any thread reads; costs what a plain one costs. */
public final class Counter {
  private final AtomicLong value = new AtomicLong();

  public void add(long n) {
    value.setRelease(value.getPlain() + n);
  }

  public long count() {
    return value.getAcquire();
  }
}
