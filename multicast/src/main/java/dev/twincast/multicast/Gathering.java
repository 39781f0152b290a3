package dev.twincast.multicast;

import dev.twincast.multicast.udp.SendBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Natural batching. While nothing is being sent, a message is sent at once, by the thread that
 * brings it. Messages that come meanwhile gather, and go out together as soon as that is done; by a
 * thread of its own, which also takes over when messages follow each other so closely that waiting
 * for each would slow their sender down. No timer, and no message waits for another to come.
 *
 * <p>Two batches take turns: one is filled while the other is being sent. When the one is full,
 * senders wait.
 */
final class Gathering {
  /** Messages that follow the last one sent within this time are left to the thread. */
  private static final long CLOSE_NANOS = 10_000;

  private static final int CAPACITY_BYTES = 256 << 10;
  private static final long CLOSING_SECONDS = 5;

  private final Sink sink;
  private final ReentrantLock lock = new ReentrantLock();

  /** The thread has something to do, or is to end. */
  private final Condition work = lock.newCondition();

  /** What was being sent is sent. */
  private final Condition sent = lock.newCondition();

  // All below: guarded by lock. While busy is true, outgoing belongs to the thread that set it.
  private SendBatch filling = new SendBatch(CAPACITY_BYTES, MessageBatch.MAX_MESSAGES);
  private SendBatch outgoing = new SendBatch(CAPACITY_BYTES, MessageBatch.MAX_MESSAGES);
  private boolean busy;
  private boolean closing;
  private long lastSent;
  private @Nullable IOException failure;

  /** Where batches go. */
  interface Sink {
    void send(SendBatch batch) throws IOException;
  }

  Gathering(Sink sink, String name) {
    this.sink = sink;
    lastSent = System.nanoTime() - CLOSE_NANOS;
    Thread.ofPlatform().daemon().name("twincast-send-" + name).start(this::run);
  }

  /**
   * Takes a message; sends it, if nothing is being sent.
   *
   * @throws IOException why it, or an earlier one that was gathered, could not be sent
   */
  void send(ByteBuffer message) throws IOException {
    lock.lock();
    try {
      throwFailure();
      while (!filling.fits(message.remaining())) {
        work.signal();
        sent.awaitUninterruptibly();
        throwFailure();
      }
      boolean isFirst = filling.size() == 0;
      filling.add(message);
      if (busy || !isFirst) {
        return; // whoever is sending sees to it
      }
      if (!closing && System.nanoTime() - lastSent < CLOSE_NANOS) {
        work.signal();
      } else {
        sendFilled();
        if (filling.size() > 0) {
          work.signal();
        }
        throwFailure();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all messages taken before are sent. */
  void flush() throws IOException {
    lock.lock();
    try {
      while (busy || filling.size() > 0) {
        if (busy) {
          sent.awaitUninterruptibly();
        } else {
          sendFilled();
        }
      }
      throwFailure();
    } finally {
      lock.unlock();
    }
  }

  /** Sends what is left, for 5 seconds at most, and ends the thread. */
  void close() {
    long left = TimeUnit.SECONDS.toNanos(CLOSING_SECONDS);
    lock.lock();
    try {
      closing = true;
      work.signal();
      while ((busy || filling.size() > 0) && left > 0 && failure == null) {
        left = sent.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // who is interrupted does not want to wait
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    lock.lock();
    try {
      while (true) {
        if (busy) {
          sent.awaitUninterruptibly();
        } else if (filling.size() > 0) {
          sendFilled();
        } else if (closing) {
          return;
        } else {
          work.awaitUninterruptibly();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Sends what has gathered, without the lock; a failure is kept for the next caller. */
  private void sendFilled() {
    SendBatch batch = filling;
    filling = outgoing;
    outgoing = batch;
    busy = true;
    lock.unlock();
    @Nullable IOException problem = null;
    try {
      sink.send(batch);
    } catch (IOException e) {
      problem = e;
    } catch (RuntimeException e) {
      problem = new IOException(e);
    } finally {
      lock.lock();
      batch.clear();
      busy = false;
      lastSent = System.nanoTime();
      failure = failure == null ? problem : failure;
      sent.signalAll();
    }
  }

  private void throwFailure() throws IOException {
    @Nullable IOException problem = failure;
    if (problem != null) {
      failure = null;
      throw problem;
    }
  }
}
