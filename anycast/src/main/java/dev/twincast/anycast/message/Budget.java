package dev.twincast.anycast.message;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all conversations of a server together may hold in memory. Thread-safe. */
public final class Budget {
  private final long limitBytes;
  private final AtomicLong usedBytes = new AtomicLong();

  /** A budget of which nothing is used yet. */
  public Budget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** Uses so many bytes more; false, and nothing is changed, if that is above the limit. */
  boolean use(long bytes) {
    if (usedBytes.addAndGet(bytes) > limitBytes) {
      usedBytes.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Gives back what was used. */
  void release(long bytes) {
    if (bytes != 0) {
      usedBytes.addAndGet(-bytes);
    }
  }

  /** Bytes in use now. */
  public long usedBytes() {
    return usedBytes.get();
  }
}
