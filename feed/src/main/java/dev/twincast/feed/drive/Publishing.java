package dev.twincast.feed.drive;

import dev.twincast.feed.machine.PublisherMachine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What the callers of a publisher do, on their own threads: number a message, wait while there is
 * no room, and decide who sends it. One that comes alone goes at once; of those that follow each
 * other closely many go together.
 *
 * <p>Any thread may call any method, without the driver's lock.
 */
public final class Publishing {
  private static final int CLOSE_NANOS = 10_000;

  /** So many bytes fill what the kernel segments: more do not make it cheaper. */
  private static final int FULL_BATCH_BYTES = 65_507;

  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Driver driver;
  private final PublisherMachine machine;
  private final int fullBatch;

  // Guarded by the driver's lock.
  private long lastPublished;
  private boolean hasEnded;

  public Publishing(Driver driver, PublisherMachine machine, int packetBytes) {
    this.driver = driver;
    this.machine = machine;
    fullBatch = FULL_BATCH_BYTES / packetBytes;
  }

  /**
   * Publishes what remains in the message, which stays as it is; returns its number.
   *
   * @param whenKept is called with the lock when the message has its number
   * @throws ClosedChannelException if the driver is closed
   * @throws IOException as {@link PublisherMachine#publish}
   */
  public long publish(ByteBuffer message, Runnable whenKept) throws IOException {
    long number;
    boolean goesAtOnce = false;
    driver.lock().lock();
    try {
      number = take(message);
      whenKept.run();
      if (machine.waitingPackets() >= fullBatch) {
        driver.sendNow();
      } else if (!driver.isHurried()) {
        // Those that follow each other closely are left to the thread that sends many together.
        long now = System.nanoTime();
        goesAtOnce = now - lastPublished >= CLOSE_NANOS && !Thread.currentThread().isInterrupted();
        lastPublished = now;
        if (!goesAtOnce) {
          driver.sendSoon();
        }
      }
    } finally {
      driver.lock().unlock();
    }
    if (goesAtOnce) {
      driver.turn();
    }
    return number;
  }

  private long take(ByteBuffer message) throws IOException {
    while (true) {
      if (driver.isClosed()) {
        throw new ClosedChannelException();
      }
      long number = machine.publish(message);
      if (number != PublisherMachine.FULL) {
        return number;
      }
      driver.sendSoon();
      awaitProgress(SLICE_NANOS);
    }
  }

  private void awaitProgress(long nanos) throws InterruptedIOException {
    try {
      driver.awaitProgress(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the feed to take more");
    }
  }

  /** Waits until all is on the wire, and acknowledged if that is wanted; whether in time. */
  public boolean flush(long timeoutNanos) throws IOException {
    long deadline = System.nanoTime() + timeoutNanos;
    driver.lock().lock();
    try {
      long next = machine.next();
      while (machine.sent() < next || (machine.acknowledged() < next && machine.acks() > 0)) {
        long left = deadline - System.nanoTime();
        if (left <= 0 || driver.isClosed()) {
          return false;
        }
        driver.sendSoon();
        awaitProgress(Math.min(left, SLICE_NANOS));
      }
      return true;
    } finally {
      driver.lock().unlock();
    }
  }

  /** Ends the session. */
  public void end() {
    driver.lock().lock();
    try {
      machine.end(System.nanoTime());
      hasEnded = true;
      driver.sendSoon();
    } finally {
      driver.lock().unlock();
    }
  }

  /** If the session was ended: waits until that was told for long enough, and nobody is served. */
  public void awaitEnd(long timeoutNanos, BooleanSupplier isServing) throws IOException {
    long deadline = System.nanoTime() + timeoutNanos;
    driver.lock().lock();
    try {
      while (hasEnded
          && (!machine.isOver() || isServing.getAsBoolean())
          && deadline - System.nanoTime() > 0) {
        awaitProgress(SLICE_NANOS);
      }
    } finally {
      driver.lock().unlock();
    }
  }
}
