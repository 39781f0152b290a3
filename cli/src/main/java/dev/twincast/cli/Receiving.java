package dev.twincast.cli;

import dev.twincast.multicast.Datagram;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What the receivers of one {@code receive} command hear, until a limit is reached. */
final class Receiving {
  private static final int MAX_SOURCES = 100_000;

  private final ReceiveLimits limits;
  private final Optional<Duration> stats;
  private final Optional<MessageFiles> files;
  private final SimulatedLoss loss;
  private final Output out;
  private final Handover<Datagram> datagrams = new Handover<>(1024);
  private final Set<InetSocketAddress> sources = new HashSet<>();
  private long messages;
  private long bytes;

  Receiving(
      ReceiveLimits limits,
      Optional<Duration> stats,
      Optional<MessageFiles> files,
      SimulatedLoss loss,
      Output out) {
    this.limits = limits;
    this.stats = stats;
    this.files = files;
    this.loss = loss;
    this.out = out;
  }

  /** Receives until a limit is reached or the thread is interrupted. */
  void run(Members members) throws IOException {
    for (Inlet inlet : members.inlets()) {
      datagrams.start("twincast-receive", () -> readAll(inlet));
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
        Datagram next = datagrams.poll(Math.min(patience, ticks.nanosLeft(now)));
        if (next != null && !loss.drops()) {
          show(next);
          lastHeard = System.nanoTime();
        }
        if (ticks.isDue(System.nanoTime())) {
          out.emit(members.describe(statistics(Event.of("stats"))));
        }
      }
    } catch (InterruptedException stopped) {
      // sum up what there was
    }
  }

  private void readAll(Inlet inlet) throws IOException, InterruptedException {
    while (true) {
      datagrams.put(inlet.receive());
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

  Event summary() {
    Event summary = statistics(Event.summary("receive"));
    limits.expect().ifPresent(expected -> summary.with("lost", Math.max(0, expected - messages)));
    return summary;
  }

  private Event statistics(Event event) {
    return loss.describe(
        event.with("messages", messages).with("bytes", bytes).with("sources", sources.size()));
  }
}
