package dev.twincast.cli;

import dev.twincast.feed.Publisher;
import dev.twincast.feed.PublisherStatistics;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what is published, and tells how far recorders and receivers have it, and the statistics:
 * from a thread of its own, since publishing may wait for long, and closing as well.
 */
final class Published implements AutoCloseable {
  private static final long LOOK_EVERY_NANOS = 100_000_000;

  private final Publisher publisher;
  private final int receivers;
  private final Ticks ticks;
  private final Output out;
  private final Thread telling;
  private final LongAdder messages = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private volatile boolean isAwaitingReceivers;
  private long acknowledged; // for the telling thread, and after it for whoever closed

  /**
   * @param receivers how many are awaited at the end; 0: none
   */
  Published(Publisher publisher, int receivers, Ticks ticks, Output out) {
    this.publisher = publisher;
    this.receivers = receivers;
    this.ticks = ticks;
    this.out = out;
    telling = Thread.ofPlatform().name("twincast-published").daemon().unstarted(this::run);
  }

  void start() {
    telling.start();
  }

  /** All is published: from now on is shown how many receivers have it. */
  void awaitReceivers() {
    isAwaitingReceivers = receivers > 0;
  }

  void count(int messageBytes) {
    messages.increment();
    bytes.add(messageBytes);
  }

  private void run() {
    try {
      while (true) {
        long left = ticks.nanosLeft(System.nanoTime());
        TimeUnit.NANOSECONDS.sleep(Math.min(LOOK_EVERY_NANOS, left));
        PublisherStatistics seen = publisher.statistics();
        tellAcknowledged(seen);
        if (isAwaitingReceivers) {
          out.progress("waiting: " + FeedLines.complete(seen.complete(), receivers));
        }
        if (ticks.isDue(System.nanoTime())) {
          out.emit(statistics(Event.of("stats"), seen));
        }
      }
    } catch (InterruptedException closed) {
      // nothing more is to be told
    }
  }

  /** After {@link #close}, or on the telling thread. */
  void tellAcknowledged(PublisherStatistics seen) {
    if (seen.acknowledged() > acknowledged) {
      acknowledged = seen.acknowledged();
      out.emit(Event.of("acknowledged").with("to", acknowledged));
    }
  }

  /** Tells no more. */
  @Override
  public void close() {
    boolean isInterrupted = false;
    telling.interrupt();
    while (telling.isAlive()) {
      try {
        telling.join();
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  Event statistics(Event event, PublisherStatistics seen) {
    return event
        .with("messages", messages.sum())
        .with("bytes", bytes.sum())
        .with("acknowledged", seen.acknowledged())
        .with("requests", seen.requests())
        .with("repaired", seen.repaired())
        .with("replays", seen.replays())
        .with("sendFailures", seen.sendFailures());
  }
}
