package dev.twincast.feed.drive;

import dev.twincast.feed.files.FileSource;
import dev.twincast.feed.journal.OriginStore;
import dev.twincast.feed.journal.Store;
import dev.twincast.feed.machine.PublisherMachine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
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
  private final Store store; // guarded by the driver's lock
  private final int fullBatch;

  // Guarded by the driver's lock.
  private long lastPublished;
  private boolean hasEnded;

  public Publishing(Driver driver, PublisherMachine machine, Store store, int packetBytes) {
    this.driver = driver;
    this.machine = machine;
    this.store = store;
    fullBatch = FULL_BATCH_BYTES / packetBytes;
  }

  /**
   * Publishes what remains in the message, which stays as it is; returns its number.
   *
   * @throws ClosedChannelException if the driver is closed
   * @throws IOException as {@link PublisherMachine#publish}
   */
  public long publish(ByteBuffer message) throws IOException {
    return publish(message, () -> {});
  }

  /** Publishes the next message of a file; returns its length in bytes, 0: there is none. */
  public int publishNext(FileSource file) throws IOException {
    long index = file.nextIndex();
    Optional<ByteBuffer> message = file.next();
    if (message.isEmpty()) {
      return 0;
    }
    var _ = publish(message.get(), () -> comesFrom(file, index));
    return message.get().remaining();
  }

  private void comesFrom(FileSource file, long index) {
    if (store instanceof OriginStore memory) {
      memory.comesFrom(new FileOrigin(file), index);
    }
  }

  /**
   * Publishes what remains in the message.
   *
   * @param whenKept is called with the lock when the message has its number
   */
  private long publish(ByteBuffer message, Runnable whenKept) throws IOException {
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
