package dev.twincast.cli;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What threads read that cannot be interrupted (a terminal) or should not be (a receiver, which an
 * interrupt closes), in its order, for one that can be. They wait while it is behind.
 */
final class Handover<T> {
  /** What a reading thread found: an item, or why it could not go on. */
  private sealed interface Found<T> {
    record Item<T>(T item) implements Found<T> {}

    record Failure<T>(IOException reason) implements Found<T> {}
  }

  /** What a thread does: it puts what it reads. */
  interface Reading {
    void run() throws IOException, InterruptedException;
  }

  private final BlockingQueue<Found<T>> found;

  Handover(int capacity) {
    found = new LinkedBlockingQueue<>(capacity);
  }

  /** Starts a thread that reads until it returns, fails, or finds its channel closed. */
  void start(String threadName, Reading reading) {
    Thread.ofPlatform().name(threadName).daemon().start(() -> run(reading));
  }

  private void run(Reading reading) {
    try {
      try {
        reading.run();
      } catch (ClosedChannelException closed) {
        // whoever closed it wants no more
      } catch (IOException e) {
        found.put(new Found.Failure<>(e));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  void put(T item) throws InterruptedException {
    found.put(new Found.Item<>(item));
  }

  /**
   * The next item.
   *
   * @throws IOException why a thread could not read on
   */
  T take() throws IOException, InterruptedException {
    return item(found.take());
  }

  /** As {@link #take}; null when the time is over. */
  @Nullable T poll(long nanos) throws IOException, InterruptedException {
    Found<T> next = found.poll(nanos, TimeUnit.NANOSECONDS);
    return next == null ? null : item(next);
  }

  private static <T> T item(Found<T> found) throws IOException {
    return switch (found) {
      case Found.Item<T>(T item) -> item;
      case Found.Failure<T>(IOException reason) -> throw reason;
    };
  }
}
