package dev.twincast.cli;

import dev.twincast.multicast.Datagram;
import dev.twincast.multicast.Group;
import dev.twincast.multicast.MulticastReceiver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.HashSet;
import java.util.List;
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
  private final Optional<MessageFiles> files;
  private final Output out;
  private final BlockingQueue<Found> found = new LinkedBlockingQueue<>(1024);
  private final Set<InetSocketAddress> sources = new HashSet<>();
  private long messages;
  private long bytes;

  Receiving(ReceiveLimits limits, Optional<MessageFiles> files, Output out) {
    this.limits = limits;
    this.files = files;
    this.out = out;
  }

  /** Receives until a limit is reached or the thread is interrupted, then leaves all groups. */
  void run(List<MulticastReceiver> receivers) throws IOException {
    for (MulticastReceiver receiver : receivers) {
      tell("joined", receiver);
      Thread.ofVirtual().name("twincast-receive").start(() -> readAll(receiver));
    }
    try {
      long start = System.nanoTime();
      long lastHeard = start;
      while (!limits.isReached(messages)) {
        Found next =
            found.poll(
                limits.patienceNanos(System.nanoTime(), start, lastHeard), TimeUnit.NANOSECONDS);
        switch (next) {
          case null -> {
            return;
          }
          case Found.Message(Datagram datagram) -> show(datagram);
          case Found.Failure(IOException reason) -> throw reason;
        }
        lastHeard = System.nanoTime();
      }
    } catch (InterruptedException stopped) {
      // leave, and sum up what there was
    } finally {
      for (MulticastReceiver receiver : receivers) {
        tell("left", receiver);
        receiver.close();
      }
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

  private void tell(String event, MulticastReceiver receiver) {
    for (Group group : receiver.groups()) {
      out.emit(
          Groups.event(event, group, receiver.networkInterface())
              .with("bufferAsked", receiver.receiveBufferAsked())
              .with("bufferGranted", receiver.receiveBufferGranted()));
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
    Event summary =
        Event.summary("receive")
            .with("messages", messages)
            .with("bytes", bytes)
            .with("sources", sources.size());
    limits.expect().ifPresent(expected -> summary.with("lost", Math.max(0, expected - messages)));
    return summary;
  }
}
