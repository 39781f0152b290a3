package dev.twincast.feed.simulation;

import dev.twincast.feed.FeedHandler;
import dev.twincast.feed.machine.Channel;
import dev.twincast.feed.machine.LostReason;
import dev.twincast.feed.machine.Machine;
import dev.twincast.feed.machine.Message;
import dev.twincast.feed.machine.Range;
import dev.twincast.feed.machine.ReplayClient;
import dev.twincast.feed.machine.Start;
import dev.twincast.feed.machine.SubscriberEvent;
import dev.twincast.feed.machine.SubscriberMachine;
import dev.twincast.feed.machine.SubscriberStatistics;
import dev.twincast.feed.mold.Downstream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Hears, and checks that all comes once, in order and as it was published. */
public final class SimulatedSubscriber extends SimulatedNode {
  private final Downstream plain = new Downstream();
  private SubscriberMachine machine;
  private final List<Range> lost = new ArrayList<>();
  private FeedHandler handler = (number, message) -> {};
  private boolean isPaused;
  private boolean hasBegun;
  private boolean hasEnded;
  private boolean hasFinished;
  private boolean wentBack;
  private long next;
  private long received;
  private int life;

  SimulatedSubscriber(SimulatedGroup group, String name, Start start) {
    super(group, name);
    machine = newMachine(start);
    if (start instanceof Start.At at) {
      next = at.number();
      hasBegun = true;
    }
  }

  private SubscriberMachine newMachine(Start start) {
    return new SubscriberMachine(
        group.time.now(),
        start,
        group.subscriberSettings,
        group.choice(this),
        group.random.split());
  }

  /**
   * Hands over to this one what it hears from now on. What the handler throws fails the test; a
   * handler that is to be seen while it is slow: {@link #pause}.
   */
  public SimulatedSubscriber handler(FeedHandler handler) {
    this.handler = handler;
    return this;
  }

  /** Its handler takes no more messages. */
  public void pause() {
    isPaused = true;
  }

  /** Its handler takes messages again. */
  public void resume() {
    isPaused = false;
    pump();
    group.connections.resumeOf(this);
  }

  /** Dies now; the position of the last message delivered is stored. */
  @Override
  public void crash() {
    group.trace(this, "crashes");
    down();
  }

  /** Comes back, and begins at the stored position, if there is one. */
  @Override
  public void restart() {
    Start start =
        hasBegun
            ? new Start.At(Optional.of(group.session), next)
            : new Start.Live(Optional.of(group.session));
    group.trace(this, "restarts" + (hasBegun ? ", next #" + next : ""));
    machine = newMachine(start);
    hasEnded = false;
    up();
  }

  @Override
  Machine machine() {
    return machine;
  }

  /** As a driver does: plain packets are handed over where they are, the others fetched. */
  @Override
  void hear(Channel channel, InetSocketAddress from, ByteBuffer packet) {
    boolean mayPass = channel == Channel.GROUP && !isPaused && plain.read(packet) == null;
    int messages = mayPass ? machine.takeInOrder(group.time.now(), from, plain) : -1;
    if (messages < 0) {
      super.hear(channel, from, packet);
    }
    for (int i = 0; i < messages && plain.next(); i++) {
      handOver(plain.number() + i, packet.slice(plain.offset(), plain.length()));
    }
  }

  @Override
  void drain() {
    SubscriberEvent event;
    while (!isPaused && (event = machine.pollEvent()) != null) {
      take(event);
    }
  }

  private void take(SubscriberEvent event) {
    if (group.isTraced()) {
      group.trace(this, Tales.of(event));
    }
    switch (event) {
      case Message message -> take(message.number(), message.bytes());
      case SubscriberEvent.Lost(Range range, LostReason reason) -> {
        begin(range.from());
        group.require(range.from() == next, "%s lost %s instead of #%d", name, range, next);
        for (long i = range.from(); i < range.end() && reason == LostReason.NOT_KEPT; i++) {
          group.require(!group.promises.isKept(i), "%s lost #%d, which is kept", name, i);
        }
        next = range.end();
        lost.add(range);
        handler.onLost(range.from(), range.last(), reason.text());
      }
      case SubscriberEvent.Ended(_, long end) -> {
        group.require(!hasBegun || next == end, "%s ended at #%d instead of #%d", name, end, next);
        hasEnded = true;
        handler.onEnded(end);
        SubscriberMachine ended = machine;
        group.time.after(group.finishNanos(), () -> finish(ended));
      }
      case SubscriberEvent.Began(var session, long number) -> {
        begin(number);
        handler.onBegan(session.name(), number);
      }
      case SubscriberEvent.GapSeen(Range range) -> handler.onGap(range.from(), range.last());
      case SubscriberEvent.Repaired it ->
          handler.onRepaired(
              it.range().from(),
              it.range().last(),
              it.messages(),
              it.by(),
              Duration.ofNanos(it.nanos()));
      case SubscriberEvent.ReplayNeeded(long from) -> {
        handler.onReplay(from);
        replay();
      }
      case SubscriberEvent.Joined(long number) -> handler.onJoined(number);
      case SubscriberEvent.WentBack _ -> wentBack = true;
      default -> {}
    }
  }

  /** Its handler is done with the last message: a file has its name. */
  private void finish(SubscriberMachine ended) {
    if (isUp() && machine == ended) {
      hasFinished |= machine.complete();
      pump();
    }
  }

  private void take(long number, ByteBuffer bytes) {
    begin(number);
    group.require(number == next, "%s got #%d instead of #%d", name, number, next);
    checkVersion(number, bytes);
    next++;
    received++;
    handler.onMessage(number, bytes.slice().asReadOnlyBuffer());
  }

  /** Messages of two lives of the publisher must not be mixed: they use the same numbers. */
  private void checkVersion(long number, ByteBuffer bytes) {
    History.Version version = group.history.find(number, bytes);
    if (version == null) {
      group.require(false, "%s got a wrong #%d", name, number);
      return;
    }
    if (version.life() != life) {
      group.require(
          version.life() > life && received(life) <= group.history.firstOf(version.life()),
          "%s got #%d of life %d after #%d of life %d",
          name,
          number,
          version.life(),
          next - 1,
          life);
      life = version.life();
    }
  }

  /** The number behind the last one of an earlier life. */
  private long received(int life) {
    return life == 0 ? 1 : next;
  }

  private void begin(long number) {
    if (!hasBegun) {
      hasBegun = true;
      next = number;
    }
  }

  private void replay() {
    SubscriberMachine replaying = machine;
    SimulatedNode server = group.serverFor(this);
    if (server == null) {
      group.time.after(
          group.network.latency(),
          () -> {
            if (isUp() && machine == replaying) {
              machine.onReplayFailed(group.time.now());
              pump();
            }
          });
      return;
    }
    group.connections.connect(
        this,
        server,
        new ReplayClient(group.time.now(), server.serve, machine, SimulatedConnection.memory()),
        this::handOver,
        () -> {
          if (machine == replaying) {
            pump();
          }
        });
  }

  /** As a driver does, unless another thread is delivering. */
  private void handOver(ReplayClient client) {
    boolean mayPass = !isPaused && group.random.nextInt(4) > 0;
    int messages = mayPass ? client.takeInOrder(group.time.now()) : 0;
    long number = client.next() - messages;
    for (int i = 0; i < messages; i++) {
      handOver(number + i, client.message());
    }
  }

  private void handOver(long number, ByteBuffer message) {
    if (group.isTraced()) {
      group.trace(this, Tales.delivered(number, message));
    }
    take(number, message);
  }

  /** How many messages were delivered. */
  public long received() {
    return received;
  }

  /** The number to be delivered next; 0: it has not begun. */
  public long next() {
    return next;
  }

  /** What was told as lost. */
  public List<Range> lost() {
    return List.copyOf(lost);
  }

  public boolean hasEnded() {
    return hasEnded;
  }

  /** Whether it has, or had before it died, everything, and its handler was done with it. */
  public boolean hasFinished() {
    return hasFinished;
  }

  /** Whether it was told that the publisher uses numbers a second time. */
  public boolean wentBack() {
    return wentBack;
  }

  public SubscriberStatistics statistics() {
    return machine.statistics();
  }

  boolean isBusy() {
    return isUp()
        && !isPaused
        && !wentBack
        && (machine.isReplaying()
            || machine.missing() > 0
            || machine.position() < machine.highest());
  }

  boolean isListening() {
    return isUp() && !isPaused && !wentBack && !isCutOff;
  }

  int windowBytes() {
    return machine.windowBytes();
  }
}
