package dev.twincast.multicast;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Holds senders back to a rate of datagrams, of bits, or of both. Any thread may call. */
final class Pace {
  private static final long SLICE_NANOS = 50_000_000;

  // Guarded by this. Null: as fast as it goes.
  private final @Nullable TokenBucket datagrams;
  private final @Nullable TokenBucket bits;

  /**
   * @param datagramsPerSecond 0: any
   * @param bitsPerSecond 0: any
   */
  Pace(long datagramsPerSecond, long bitsPerSecond) {
    long now = System.nanoTime();
    datagrams = datagramsPerSecond == 0 ? null : new TokenBucket(datagramsPerSecond, now);
    bits = bitsPerSecond == 0 ? null : new TokenBucket(bitsPerSecond, now);
  }

  /** An event that ends all waiting. */
  interface Condition {
    boolean holds();
  }

  /** Waits until so much may be sent, or the thread is interrupted, or the condition is gone. */
  void await(long count, long lengthBytes, Condition whileOpen) {
    if (datagrams == null && bits == null) {
      return;
    }
    long now = System.nanoTime();
    long wait = reserve(now, count, lengthBytes);
    long left = wait;
    while (left > 0 && whileOpen.holds() && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(Math.min(left, SLICE_NANOS));
      left = wait - (System.nanoTime() - now);
    }
  }

  private synchronized long reserve(long now, long count, long lengthBytes) {
    long wait = datagrams == null ? 0 : datagrams.spend(now, count);
    return bits == null ? wait : Math.max(wait, bits.spend(now, lengthBytes * Byte.SIZE));
  }
}
