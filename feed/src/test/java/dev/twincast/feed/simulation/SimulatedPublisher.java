package dev.twincast.feed.simulation;

import dev.twincast.feed.machine.Machine;
import dev.twincast.feed.machine.PublisherEvent;
import dev.twincast.feed.machine.PublisherMachine;
import dev.twincast.feed.machine.ReplayServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Publishes what it is told to, as soon as its machine takes it. */
public final class SimulatedPublisher extends SimulatedNode {
  private final CrashableStore store;
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
  private PublisherMachine machine;
  private boolean isToEnd;
  private long acknowledged = 1;
  private int lives = 1;

  SimulatedPublisher(SimulatedGroup group, String name) {
    super(group, name);
    store = new CrashableStore(group.storeBytes);
    machine = newMachine();
  }

  private PublisherMachine newMachine() {
    return new PublisherMachine(group.time.now(), group.session, store, group.publisherSettings);
  }

  void publish(byte[] message) {
    waiting.add(message);
    pump();
  }

  void end() {
    isToEnd = true;
    pump();
  }

  /** Dies now; of its store remains what was forced. */
  @Override
  public void crash() {
    group.trace(this, "crashes");
    down();
    store.crash();
    waiting.clear();
  }

  /** Comes back, with what is left in its store. */
  @Override
  public void restart() {
    group.trace(this, "restarts, next #" + store.next(group.session.name()));
    machine = newMachine();
    lives++;
    up();
  }

  @Override
  Machine machine() {
    return machine;
  }

  @Override
  ReplayServer.Source source() {
    return machine;
  }

  @Override
  void drain() {
    try {
      while (!waiting.isEmpty()) {
        byte[] message = waiting.peek();
        long number = machine.publish(ByteBuffer.wrap(message));
        if (number == PublisherMachine.FULL) {
          break;
        }
        waiting.remove();
        group.history.published(lives, number, message);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (group.isPublisherDurable) {
      store.force();
    }
    if (isToEnd && waiting.isEmpty()) {
      isToEnd = false;
      machine.end(group.time.now());
    }
    PublisherEvent event;
    while ((event = machine.pollEvent()) != null) {
      group.trace(this, text(event));
      if (event instanceof PublisherEvent.Acknowledged(long next)) {
        group.promises.acknowledged(acknowledged, next);
        acknowledged = Math.max(acknowledged, next);
      }
      if (event instanceof PublisherEvent.Ended(long next)) {
        group.promises.complete(machine.complete(), next);
      }
    }
    group.connections.pumpOf(this);
  }

  private String text(PublisherEvent event) {
    return switch (event) {
      case PublisherEvent.Opened(long next) -> "opens, next #" + next;
      case PublisherEvent.Acknowledged(long next) -> "acknowledged, next #" + next;
      case PublisherEvent.Behind(var recorder, long next) ->
          "is behind " + recorder.getHostString() + ", next #" + next;
      case PublisherEvent.AnotherPublisher(var from) ->
          "hears another publisher: " + from.getHostString();
      case PublisherEvent.Ended(long next) -> "has ended, next #" + next;
    };
  }

  /** All below this number were acknowledged to it, over all its lives. */
  public long acknowledged() {
    return acknowledged;
  }

  /** Whether it has a message. */
  boolean has(long number) {
    return store.length(group.session.name(), number) >= 0;
  }

  /** The number of the next message. */
  public long next() {
    return machine.next();
  }

  boolean isIdle() {
    return !isUp() || (waiting.isEmpty() && machine.sent() == machine.next());
  }

  /** Whether it has told the end of the session for long enough: a program exits then. */
  public boolean isOver() {
    return machine.isOver();
  }

  /** How many receivers are known to have everything. */
  public int complete() {
    return machine.complete();
  }

  /** How many request packets have reached it in its present life. */
  public long requests() {
    return machine.answers().requests();
  }

  /** How many packets it answered with in its present life. */
  public long answers() {
    return machine.answers().packets();
  }

  /** Loses everything in its store, as a publisher in memory does. */
  @Override
  void wipe() {
    store.wipe();
  }
}
