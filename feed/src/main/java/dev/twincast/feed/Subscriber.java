package dev.twincast.feed;

import dev.twincast.anycast.AnycastClient;
import dev.twincast.anycast.Endpoint;
import dev.twincast.anycast.Policy;
import dev.twincast.feed.drive.Delivery;
import dev.twincast.feed.drive.Driver;
import dev.twincast.feed.drive.GroupPort;
import dev.twincast.feed.drive.Replay;
import dev.twincast.feed.drive.SimulatedLoss;
import dev.twincast.feed.drive.Sockets;
import dev.twincast.feed.machine.Channel;
import dev.twincast.feed.machine.Message;
import dev.twincast.feed.machine.Start;
import dev.twincast.feed.machine.SubscriberEvent;
import dev.twincast.feed.machine.SubscriberMachine;
import dev.twincast.feed.machine.SubscriberSettings;
import dev.twincast.feed.mold.Session;
import dev.twincast.multicast.Group;
import dev.twincast.multicast.MulticastReceiver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Hears a session of a feed: every message once, in order, or told as lost. What did not come by
 * multicast it asks of any recorder.
 *
 * <pre>{@code
 * try (var subscriber = Subscriber.join("239.255.0.1:5009", (number, message) -> use(message))) {
 *   stop.await();
 * }
 * }</pre>
 *
 * <p>Any thread may call any method.
 */
public final class Subscriber implements AutoCloseable {
  private final SubscriberMachine machine;
  private final Driver driver;
  private final Delivery delivery;
  private final MulticastReceiver receiver;
  private final Optional<AnycastClient> recorders;
  private final FeedHandler handler;
  private final SimulatedLoss loss;
  private volatile boolean hasReported;

  private Subscriber(Builder options, FeedHandler handler) throws IOException {
    this.handler = handler;
    loss = new SimulatedLoss(options.loss, new SplittableRandom());
    var random = new SplittableRandom();
    var choice = new Recorders(options.recorders, options.policy, random, address -> false);
    try (var opening = new Opening()) {
      DatagramChannel asking = opening.add(Sockets.ask(options.group.isIpv6()));
      machine =
          new SubscriberMachine(
              System.nanoTime(), options.start(), SubscriberSettings.DEFAULT, choice, random);
      driver =
          opening.add(
              new Driver(
                  "subscribe",
                  machine,
                  Optional.empty(),
                  Recorders.REQUEST_BYTES,
                  GroupPort.NONE,
                  Map.of(Channel.ASK, asking),
                  loss,
                  this::deliver));
      delivery = new Delivery(driver, machine, new ToHandler());
      recorders =
          options.recorders.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  opening.add(
                      AnycastClient.builder(options.recorders).policy(options.policy).open()));
      receiver = options.receiver(delivery);
      opening.succeed();
    }
    driver.start();
  }

  /**
   * Hears whatever session is first heard on the group, from its next message on.
   *
   * @param group as {@link Group#parse(String)} reads it
   * @throws IOException as {@link Builder#open}
   */
  public static Subscriber join(String group, FeedHandler handler) throws IOException {
    return builder(Group.parse(group)).open(handler);
  }

  /** A subscriber to be opened, with options. */
  public static Builder builder(Group group) {
    return new Builder(group);
  }

  /**
   * Where to begin again, after a restart: the number behind the last message that the handler has
   * dealt with; empty: there was none.
   */
  public Optional<Long> position() {
    long position = delivery.position();
    return position == 0 ? Optional.empty() : Optional.of(position);
  }

  /** The session; empty: none was heard yet. */
  public Optional<String> session() {
    driver.lock().lock();
    try {
      return machine.session().map(Session::name);
    } finally {
      driver.lock().unlock();
    }
  }

  /** The number behind the last message known of: how far {@link #position} has to go. */
  public long highest() {
    driver.lock().lock();
    try {
      return machine.highest();
    } finally {
      driver.lock().unlock();
    }
  }

  /** The interface of the membership. */
  public NetworkInterface networkInterface() {
    return receiver.networkInterface();
  }

  /** What was seen until now. */
  public SubscriberStatistics statistics() {
    driver.lock().lock();
    try {
      var seen = machine.statistics();
      return new SubscriberStatistics(
          seen.live(),
          seen.repaired(),
          seen.replayed(),
          seen.lost(),
          seen.duplicates(),
          seen.requests(),
          seen.timeouts(),
          seen.broken(),
          seen.ignored(),
          receiver.statistics().kernelDrops(),
          loss.dropped(),
          delivery.failures());
    } finally {
      driver.lock().unlock();
    }
  }

  /**
   * Tells the publisher that the session is complete here: to be called when it {@linkplain
   * FeedHandler#onEnded has ended} and whatever is done with its messages is done, on any thread.
   * Said again whenever the publisher tells the end, until {@link #close}, which says it once more:
   * a publisher that knows how many {@linkplain Publisher.Builder#receivers receivers} there are
   * waits for no more than that.
   *
   * @return false: nothing was said, because something was lost, or the subscriber joined live when
   *     messages had been published before, or the session has not ended
   */
  public boolean reportComplete() {
    boolean isComplete;
    driver.lock().lock();
    try {
      isComplete = machine.complete();
    } finally {
      driver.lock().unlock();
    }
    hasReported = isComplete;
    driver.send();
    return isComplete;
  }

  /** Leaves the group and closes; what was not handed over is not any more. Idempotent. */
  @Override
  public void close() {
    if (hasReported && !driver.isClosed()) {
      boolean _ = reportComplete(); // the first may be lost, and nobody is here to say it again
    }
    driver.close();
    receiver.close();
    recorders.ifPresent(AnycastClient::close);
  }

  private void deliver() {
    delivery.deliver();
  }

  private void replay(long from) {
    handler.onReplay(from);
    new Replay(driver, machine, this::connect, delivery::onReplay, () -> {}).start();
  }

  private Socket connect() throws IOException {
    if (recorders.isPresent()) {
      return recorders.get().connect();
    }
    return Recorders.connect(publisher().stream().toList());
  }

  private Optional<InetSocketAddress> publisher() {
    driver.lock().lock();
    try {
      return machine.publisher();
    } finally {
      driver.lock().unlock();
    }
  }

  /** Turns events into calls of the handler. */
  private final class ToHandler implements Delivery.Taker {
    @Override
    public void message(long number, ByteBuffer message) {
      handler.onMessage(number, message);
    }

    @Override
    public void event(SubscriberEvent event) {
      switch (event) {
        case Message _ -> {}
        case SubscriberEvent.Began it -> handler.onBegan(it.session().name(), it.number());
        case SubscriberEvent.Lost it ->
            handler.onLost(it.range().from(), it.range().last(), it.reason().text());
        case SubscriberEvent.Ended it -> handler.onEnded(it.next());
        case SubscriberEvent.GapSeen it -> handler.onGap(it.range().from(), it.range().last());
        case SubscriberEvent.Repaired it ->
            handler.onRepaired(
                it.range().from(),
                it.range().last(),
                it.messages(),
                it.by(),
                Duration.ofNanos(it.nanos()));
        case SubscriberEvent.ReplayNeeded it -> replay(it.from());
        case SubscriberEvent.Joined it -> handler.onJoined(it.next());
        case SubscriberEvent.OtherSession it ->
            handler.onWarning(
                "another session is on this group: %s, from %s"
                    .formatted(it.session(), Addresses.text(it.from())));
        case SubscriberEvent.AnotherPublisher it ->
            handler.onWarning(
                Addresses.text(it.from()) + " publishes the same session too, and is not heard");
        case SubscriberEvent.PublisherMoved it ->
            handler.onWarning(
                "the publisher has moved from %s to %s"
                    .formatted(Addresses.text(it.from()), Addresses.text(it.to())));
        case SubscriberEvent.WentBack it ->
            handler.onWarning(
                "the publisher %s goes back from #%d to #%d: it has lost its journal, and nothing more is taken from it (publish under another session name)"
                    .formatted(Addresses.text(it.publisher()), it.highest(), it.announced()));
      }
    }
  }

  /** The options of a subscriber. */
  public static final class Builder {
    private final Group group;
    private Optional<Session> session = Optional.empty();
    private long from;
    private List<Endpoint> recorders = List.of();
    private Policy policy = Policy.leastLoaded();
    private Optional<NetworkInterface> networkInterface = Optional.empty();
    private double loss;
    private int receiveBufferBytes = 4 << 20;

    private Builder(Group group) {
      this.group = group;
    }

    /** The session to hear; default: the first that is heard. */
    public Builder session(String name) {
      session = Optional.of(new Session(name));
      return this;
    }

    /**
     * The number to begin with, at least 1: 1 for all that recorders keep, or a stored {@link
     * Subscriber#position}. Default: with what comes next.
     */
    public Builder from(long number) {
      if (number < 1) {
        throw new IllegalArgumentException("messages are numbered from 1, not from " + number);
      }
      from = number;
      return this;
    }

    /**
     * Who is asked for what is missing: any of these, by all addresses of their names, which are
     * looked up again while it asks. Default: the publisher itself.
     */
    public Builder recorders(List<Endpoint> recorders) {
      this.recorders = List.copyOf(recorders);
      return this;
    }

    /**
     * How a recorder is chosen; default {@link Policy#leastLoaded}, here of two the one that
     * answers sooner. One that does not answer is passed over by every policy, and tried again
     * later.
     */
    public Builder policy(Policy policy) {
      this.policy = policy;
      return this;
    }

    /** The interface to join on; default: as a {@link MulticastReceiver} chooses it. */
    public Builder networkInterface(NetworkInterface networkInterface) {
      this.networkInterface = Optional.of(networkInterface);
      return this;
    }

    /** The receive buffer to ask of the kernel; default 4 MiB. */
    public Builder receiveBuffer(int bytes) {
      receiveBufferBytes = bytes;
      return this;
    }

    /**
     * Throws away this share of the datagrams that arrive, 0 to 1, before anything else sees them:
     * to see what the feed does about it. Default 0.
     */
    public Builder simulatedLoss(double share) {
      loss = share;
      return this;
    }

    /**
     * Joins the group and begins.
     *
     * @throws java.net.UnknownHostException if no recorder's name has an address
     * @throws IOException if the group cannot be joined
     */
    public Subscriber open(FeedHandler handler) throws IOException {
      return new Subscriber(this, handler);
    }

    private Start start() {
      return from == 0 ? new Start.Live(session) : new Start.At(session, from);
    }

    private MulticastReceiver receiver(Delivery delivery) throws IOException {
      MulticastReceiver.Builder builder =
          MulticastReceiver.builder(group)
              .receiveBuffer(receiveBufferBytes)
              .handler(datagram ->
                  delivery.onLive(datagram.source(), datagram.payload(), datagram.isLastOfBatch()));
      networkInterface.ifPresent(builder::networkInterface);
      return builder.open();
    }
  }
}
