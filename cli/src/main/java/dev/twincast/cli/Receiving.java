package dev.twincast.cli;

import dev.twincast.multicast.Datagram;
import dev.twincast.multicast.MulticastReceiver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What the receivers of one {@code receive} command hear, until a limit is reached. */
final class Receiving {
  private static final int MAX_SOURCES = 100_000;

  /** What a receiver's thread found: a datagram, or why it could not go on. */
  private sealed interface Found {
    record Message(Datagram datagram) implements Found {}

    record Failure(IOException reason) implements Found {}
  }

  private final ReceiveLimits limits;
  private final Optional<Duration> stats;
  private final Optional<MessageFiles> files;
  private final Output out;
  private final BlockingQueue<Found> found = new LinkedBlockingQueue<>(1024);
  private final Set<InetSocketAddress> sources = new HashSet<>();
  private long messages;
  private long bytes;

  Receiving(
      ReceiveLimits limits, Optional<Duration> stats, Optional<MessageFiles> files, Output out) {
    this.limits = limits;
    this.stats = stats;
    this.files = files;
    this.out = out;
  }

  /** Receives until a limit is reached or the thread is interrupted. */
  void run(Members members) throws IOException {
    for (MulticastReceiver receiver : members.receivers()) {
      Thread.ofPlatform().name("twincast-receive").daemon().start(() -> readAll(receiver));
    }
    Ticks ticks = new Ticks(stats);
    long start = System.nanoTime();
    long lastHeard = start;
    try {
      while (!limits.isReached(messages)) {
        long now = System.nanoTime();
        long patience = limits.patienceNanos(now, start, lastHeard);
        if (patience <= 0) {
          return;
        }
        Found next = found.poll(Math.min(patience, ticks.nanosLeft(now)), TimeUnit.NANOSECONDS);
        switch (next) {
          case null -> {}
          case Found.Message(Datagram datagram) -> {
            show(datagram);
            lastHeard = System.nanoTime();
          }
          case Found.Failure(IOException reason) -> throw reason;
        }
        if (ticks.isDue(System.nanoTime())) {
          out.emit(statistics(Event.of("stats"), members.kernelDrops()));
        }
      }
    } catch (InterruptedException stopped) {
      // sum up what there was
    }
  }

  private void readAll(MulticastReceiver receiver) {
    try {
      try {
        while (true) {
          found.put(new Found.Message(receiver.receive()));
        }
      } catch (ClosedChannelException closed) {
        // run() has ended
      } catch (IOException e) {
        found.put(new Found.Failure(e));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  private void show(Datagram datagram) throws IOException {
    Payload payload = Payload.of(datagram.bytes());
    messages++;
    bytes += payload.bytes().length;
    if (sources.size() < MAX_SOURCES) {
      sources.add(datagram.source());
    }
    out.emit(payload.describe(Event.of("message").with("source", HostPort.of(datagram.source()))));
    if (files.isPresent()) {
      files.get().write(messages, payload);
    }
  }

  long messages() {
    return messages;
  }

  Event summary(long kernelDrops) {
    Event summary = statistics(Event.summary("receive"), kernelDrops);
    limits.expect().ifPresent(expected -> summary.with("lost", Math.max(0, expected - messages)));
    return summary;
  }

  private Event statistics(Event event, long kernelDrops) {
    return event
        .with("messages", messages)
        .with("bytes", bytes)
        .with("sources", sources.size())
        .with("kernelDrops", kernelDrops);
  }
}
