package dev.twincast.feed.simulation;

import dev.twincast.anycast.Policy;
import dev.twincast.feed.machine.AnycastChoice;
import dev.twincast.feed.machine.Channel;
import dev.twincast.feed.machine.PublisherSettings;
import dev.twincast.feed.machine.RecorderChoice;
import dev.twincast.feed.machine.RecorderSettings;
import dev.twincast.feed.machine.Start;
import dev.twincast.feed.machine.SubscriberSettings;
import dev.twincast.feed.machine.Transmit;
import dev.twincast.feed.mold.Session;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A publisher, recorders and subscribers in virtual time. First it is set up, then messages are
 * published and time passes; {@code close} fails if any subscriber saw what it should not have.
 */
public final class SimulatedGroup implements AutoCloseable {
  private static final Duration IDLE_LIMIT = Duration.ofMinutes(10);

  // Set up before the first message.
  final Session session = new Session("SIMULATED");
  private final int subscriberCount;
  private int recorderCount;
  private Supplier<Loss> loss = () -> Loss.NONE;
  private Duration delay = Duration.ofNanos(100_000);
  private Duration jitter = Duration.ZERO;
  private double duplication;
  private long seed;
  private @Nullable Consumer<String> trace;
  PublisherSettings publisherSettings =
      PublisherSettings.DEFAULT.withBacklogPackets(64).withResumeNanos(200_000_000);
  RecorderSettings recorderSettings = RecorderSettings.DEFAULT;
  SubscriberSettings subscriberSettings = SubscriberSettings.DEFAULT;
  private Policy policy = Policy.leastLoaded();
  long storeBytes = 1 << 19;
  long forceNanos;
  boolean isPublisherDurable = true;
  private long maxFinishNanos;

  // Since the first message.
  private boolean isRunning;
  SplittableRandom random = new SplittableRandom(0);
  VirtualTime time = new VirtualTime(0);
  SimulatedNetwork network = new SimulatedNetwork(this, random);
  final Transmit transmit = new Transmit(1 << 11);
  final List<SimulatedNode> listeners = new ArrayList<>();
  final SimulatedConnections connections = new SimulatedConnections();
  private final List<SimulatedRecorder> recorders = new ArrayList<>();
  private final List<SimulatedSubscriber> subscribers = new ArrayList<>();
  private final List<InetSocketAddress> recorderAddresses = new ArrayList<>();
  private @Nullable SimulatedPublisher publisher;
  final History history = new History();
  final Promises promises = new Promises(this);
  private long nextText = 1;

  private SimulatedGroup(int subscribers) {
    subscriberCount = subscribers;
  }

  /** A group with so many subscribers, which hear from the first message on. */
  public static SimulatedGroup of(int subscribers) {
    return new SimulatedGroup(subscribers);
  }

  /** How many recorders there are; 0, the default: the publisher alone answers requests. */
  public SimulatedGroup recorders(int recorders) {
    requireSetup();
    recorderCount = recorders;
    return this;
  }

  /** The share of packets lost on the way to each party, each by itself; default 0. */
  public SimulatedGroup loss(double share) {
    requireSetup();
    loss = () -> Loss.independent(share);
    return this;
  }

  /** The share of packets lost on the way to each party, so many in a row on average. */
  public SimulatedGroup burstLoss(double share, double meanLength) {
    requireSetup();
    loss = () -> Loss.inBursts(share, meanLength);
    return this;
  }

  /** How long each packet takes; default 100 µs. */
  public SimulatedGroup delay(Duration delay) {
    requireSetup();
    this.delay = delay;
    return this;
  }

  /** How much longer a packet may take at random, and so overtake others; default 0. */
  public SimulatedGroup jitter(Duration jitter) {
    requireSetup();
    this.jitter = jitter;
    return this;
  }

  /** The share of packets that arrive twice; default 0. */
  public SimulatedGroup duplication(double share) {
    requireSetup();
    duplication = share;
    return this;
  }

  /** Where all chance comes from; default 0. */
  public SimulatedGroup seed(long seed) {
    requireSetup();
    this.seed = seed;
    return this;
  }

  /** How many recorders acknowledge a message, and how far the publisher may be ahead. */
  public SimulatedGroup acks(int acks, long windowMessages) {
    requireSetup();
    publisherSettings = publisherSettings.withAcks(acks, windowMessages);
    return this;
  }

  /** How long after a message a recorder forces its store; default 0: at once. */
  public SimulatedGroup forceAfter(Duration delay) {
    requireSetup();
    forceNanos = delay.toNanos();
    return this;
  }

  /** Whether a crash of the publisher leaves everything in its store, the default, or nothing. */
  public SimulatedGroup durablePublisher(boolean isDurable) {
    requireSetup();
    isPublisherDurable = isDurable;
    return this;
  }

  /** How long a subscriber takes at most to finish with a session that has ended; default 0. */
  public SimulatedGroup finishWithin(Duration duration) {
    maxFinishNanos = duration.toNanos();
    return this;
  }

  /** How much each store holds. */
  public SimulatedGroup storeBytes(long bytes) {
    requireSetup();
    storeBytes = bytes;
    return this;
  }

  public SimulatedGroup publisherSettings(PublisherSettings settings) {
    requireSetup();
    publisherSettings = settings;
    return this;
  }

  public SimulatedGroup recorderSettings(RecorderSettings settings) {
    requireSetup();
    recorderSettings = settings;
    return this;
  }

  public SimulatedGroup subscriberSettings(SubscriberSettings settings) {
    requireSetup();
    subscriberSettings = settings;
    return this;
  }

  /** How recorders are chosen by all who ask. */
  public SimulatedGroup policy(Policy policy) {
    requireSetup();
    this.policy = policy;
    return this;
  }

  /** Takes a line for everything that is told. */
  public SimulatedGroup trace(Consumer<String> lines) {
    requireSetup();
    trace = lines;
    return this;
  }

  /** What is said too late would be of no effect. */
  private void requireSetup() {
    if (isRunning) {
      throw new IllegalStateException("the group runs: set it up before anything else");
    }
  }

  /** Brings all parties up; otherwise done by the first that is asked of the group. */
  public SimulatedGroup start() {
    if (isRunning) {
      return this;
    }
    isRunning = true;
    random = new SplittableRandom(seed);
    time = new VirtualTime(random.nextLong());
    network = new SimulatedNetwork(this, random.split());
    network.delayNanos = delay.toNanos();
    network.jitterNanos = jitter.toNanos();
    network.duplication = duplication;
    for (int i = 0; i < recorderCount; i++) {
      String name = "recorder-" + i;
      recorderAddresses.add(InetSocketAddress.createUnresolved(name, SimulatedNode.SERVE_PORT));
    }
    for (int i = 0; i < recorderCount; i++) {
      var recorder = new SimulatedRecorder(this, "recorder-" + i);
      recorders.add(recorder);
      add(recorder);
    }
    for (int i = 0; i < subscriberCount; i++) {
      addSubscriber(new Start.At(Optional.of(session), 1));
    }
    publisher = new SimulatedPublisher(this, "publisher");
    publisher.loss = loss.get();
    network.add(publisher);
    publisher.up();
    return this;
  }

  private void add(SimulatedNode node) {
    node.loss = loss.get();
    network.add(node);
    listeners.add(node);
    node.up();
  }

  /** Adds a subscriber while the group runs. */
  public SimulatedSubscriber addSubscriber(Start start) {
    start();
    var subscriber = new SimulatedSubscriber(this, "subscriber-" + subscribers.size(), start);
    subscribers.add(subscriber);
    add(subscriber);
    return subscriber;
  }

  /** Publishes so many messages at once. */
  public void publish(int count) {
    start();
    for (int i = 0; i < count; i++) {
      publish("m" + nextText++);
    }
  }

  /** Publishes a message. */
  public void publish(String text) {
    publish(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Publishes a message. */
  public void publish(byte[] message) {
    publisher().publish(message.clone());
  }

  /** Ends the session, after all that was published; who is there is told so soon after. */
  public void end() {
    start();
    publisher().end();
  }

  /** Lets time pass. */
  public void run(Duration duration) {
    start();
    long until = time.now() + duration.toNanos();
    while (time.step(until)) {
      throwIfWrong();
    }
    throwIfWrong();
  }

  /**
   * Lets time pass until all that was published is sent, and each that is up and not paused has all
   * of it or was told what is lost.
   */
  public void runUntilIdle() {
    start();
    long limit = time.now() + IDLE_LIMIT.toNanos();
    while (!promises.isIdle()) {
      long until = time.now() + STEP_NANOS;
      while (time.step(until)) {
        throwIfWrong();
      }
      require(time.now() - limit < 0, "not idle after %s: %s", IDLE_LIMIT, promises.busy());
      throwIfWrong();
    }
  }

  private static final long STEP_NANOS = 2_000_000;

  public SimulatedPublisher publisher() {
    start();
    if (publisher == null) {
      throw new IllegalStateException("the group was not started");
    }
    return publisher;
  }

  public SimulatedRecorder recorder(int i) {
    start();
    return recorders.get(i);
  }

  public SimulatedSubscriber subscriber(int i) {
    start();
    return subscribers.get(i);
  }

  public List<SimulatedSubscriber> subscribers() {
    return List.copyOf(subscribers);
  }

  public List<SimulatedRecorder> recorders() {
    return List.copyOf(recorders);
  }

  /** Cuts a party off from all others, or joins it again. */
  public void cutOff(String name, boolean isCutOff) {
    trace(node(name), isCutOff ? "is cut off" : "is joined again");
    node(name).isCutOff = isCutOff;
  }

  /** Loses the next packets on the way to a party. */
  public void dropNext(String name, int packets) {
    node(name).dropNext += packets;
  }

  /** A party dies. */
  public void crash(String name) {
    node(name).crash();
  }

  /** A party that died comes back. */
  public void restart(String name) {
    node(name).restart();
  }

  /** A party that is down loses its store. */
  public void wipe(String name) {
    node(name).wipe();
  }

  /** From now on the network loses nothing. */
  public void calm() {
    listeners.forEach(node -> node.loss = Loss.NONE);
    publisher().loss = Loss.NONE;
  }

  private SimulatedNode node(String name) {
    start();
    return network.at(InetSocketAddress.createUnresolved(name, SimulatedNode.SERVE_PORT));
  }

  /** Sends a packet to the group as somebody else may, who has this name. */
  public void inject(String stranger, byte[] packet) {
    start();
    var from = InetSocketAddress.createUnresolved(stranger, SimulatedNode.SERVE_PORT);
    for (SimulatedNode node : listeners) {
      network.carry(node, Channel.GROUP, from, packet);
    }
  }

  /** Sends a packet to one party as somebody else may. */
  public void injectTo(String name, Channel channel, String stranger, byte[] packet) {
    var from = InetSocketAddress.createUnresolved(stranger, SimulatedNode.SERVE_PORT);
    network.carry(node(name), channel, from, packet);
  }

  public Session session() {
    return session;
  }

  /** Packets sent to the group so far. */
  public long multicasts() {
    return network.multicasts;
  }

  // For the parties.

  RecorderChoice choice(SimulatedNode node) {
    List<InetSocketAddress> others = new ArrayList<>(recorderAddresses);
    others.remove(node.serve);
    var choice = new AnycastChoice(policy, InetSocketAddress::toString, random.split());
    choice.onNames(time.now(), others);
    return choice;
  }

  /** Whom a replay connects to: any recorder that is up, the publisher if there is none. */
  @Nullable SimulatedNode serverFor(SimulatedNode client) {
    List<SimulatedRecorder> up =
        recorders.stream().filter(it -> it.isUp() && !it.equals(client)).toList();
    if (!up.isEmpty() && random.nextInt(4) > 0) {
      return up.get(random.nextInt(up.size()));
    }
    boolean isPublisherUp = publisher != null && publisher.isUp();
    return isPublisherUp ? publisher : up.isEmpty() ? null : up.getFirst();
  }

  /** How long it takes to finish with a session that has ended. */
  long finishNanos() {
    return maxFinishNanos == 0 ? 0 : random.nextLong(maxFinishNanos);
  }

  boolean isTraced() {
    return trace != null;
  }

  void trace(SimulatedNode who, String what) {
    if (trace != null) {
      trace.accept("%9.3f ms  %-12s %s".formatted(time.elapsed() / 1e6, who.name, what));
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation is not worth a dependency
  void require(boolean holds, String problem, Object... values) {
    promises.require(holds, problem, values);
  }

  private void throwIfWrong() {
    promises.throwIfBroken(seed);
  }

  /** Fails if something was seen that must not be. */
  @Override
  public void close() {
    throwIfWrong();
  }
}
