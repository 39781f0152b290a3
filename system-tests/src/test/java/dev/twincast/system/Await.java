package dev.twincast.system;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition, and not for a time. */
final class Await {
  /** Long enough for a busy machine; whoever waits so long has found a fault. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long LOOK_AGAIN_NANOS = 10_000_000;

  private Await() {}

  /**
   * @throws AssertionError naming {@code what} if it does not come true in time
   */
  static void until(Supplier<String> what, Duration patience, BooleanSupplier condition) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("interrupted while waiting for " + what.get());
      }
      if (deadline - System.nanoTime() <= 0) {
        throw new AssertionError("not within " + patience.toSeconds() + " s: " + what.get());
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  static void until(String what, BooleanSupplier condition) {
    until(() -> what, PATIENCE, condition);
  }
}
