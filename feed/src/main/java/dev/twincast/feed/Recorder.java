package dev.twincast.feed;

import dev.twincast.anycast.AnycastServer;
import dev.twincast.anycast.Endpoint;
import dev.twincast.anycast.Policy;
import dev.twincast.feed.drive.Driver;
import dev.twincast.feed.drive.Events;
import dev.twincast.feed.drive.GroupPort;
import dev.twincast.feed.drive.Replay;
import dev.twincast.feed.drive.ReplayService;
import dev.twincast.feed.drive.SimulatedLoss;
import dev.twincast.feed.drive.Sockets;
import dev.twincast.feed.journal.MemoryStore;
import dev.twincast.feed.journal.Store;
import dev.twincast.feed.machine.Channel;
import dev.twincast.feed.machine.RecorderEvent;
import dev.twincast.feed.machine.RecorderMachine;
import dev.twincast.feed.machine.RecorderSettings;
import dev.twincast.feed.machine.SubscriberEvent;
import dev.twincast.feed.machine.SubscriberMachine;
import dev.twincast.feed.mold.Session;
import dev.twincast.multicast.Group;
import dev.twincast.multicast.MulticastReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * Joins a group, keeps all sessions that it hears there, and gives what it has to whoever missed
 * it: single messages by datagram, long runs by a TCP connection to the same port.
 *
 * <pre>{@code
 * var options = Recorder.builder(group).journal(JournalOptions.in(Path.of("journal")));
 * try (var recorder = options.open()) {
 *   stop.await();
 * }
 * }</pre>
 *
 * <p>Any thread may call any method.
 */
public final class Recorder implements AutoCloseable {
  private final RecorderMachine machine;
  private final Store store;
  private final Driver driver;
  private final ReplayService replays;
  private final AnycastServer server;
  private final MulticastReceiver receiver;
  private final Recorders fellows;
  private final Observer observer;
  private final SimulatedLoss loss;
  private final InetSocketAddress address;
  private final LongAdder lost = new LongAdder();

  private Recorder(Builder options) throws IOException {
    observer = options.observer;
    loss = new SimulatedLoss(options.loss, new SplittableRandom());
    var random = new SplittableRandom();
    InetAddress bind = options.bind();
    try (var opening = new Opening()) {
      DatagramChannel serving = opening.add(Sockets.serve(bind, options.port));
      DatagramChannel asking = opening.add(Sockets.ask(options.group.isIpv6()));
      address = (InetSocketAddress) serving.getLocalAddress();
      fellows = new Recorders(options.peers, Policy.leastLoaded(), random, this::isOurs);
      store = options.store(opening);
      machine =
          new RecorderMachine(System.nanoTime(), store, RecorderSettings.DEFAULT, fellows, random);
      driver =
          opening.add(
              new Driver(
                  "record",
                  machine,
                  Optional.of(store),
                  RecorderSettings.DEFAULT.packetBytes(),
                  GroupPort.NONE,
                  Map.of(Channel.SERVE, serving, Channel.ASK, asking),
                  loss,
                  this::fetchEvents));
      replays = new ReplayService(driver, machine);
      server =
          opening.add(
              AnycastServer.builder(replays)
                  .bind(bind)
                  .port(address.getPort())
                  .drain(Duration.ofSeconds(1))
                  .open());
      receiver = options.receiver(driver);
      opening.succeed();
    }
    driver.start();
  }

  private boolean isOurs(InetSocketAddress other) {
    return other.getPort() == address.getPort()
        && (address.getAddress().isAnyLocalAddress()
            ? Addresses.isLocal(other.getAddress())
            : address.getAddress().equals(other.getAddress()));
  }

  /** A recorder to be opened, with options. */
  public static Builder builder(Group group) {
    return new Builder(group);
  }

  /** Where it answers, over UDP and TCP. */
  public InetSocketAddress address() {
    return address;
  }

  /** The interface of the membership. */
  public NetworkInterface networkInterface() {
    return receiver.networkInterface();
  }

  /** The number behind the last message kept of a session without a hole; 1: none is kept. */
  public long next(String session) {
    driver.lock().lock();
    try {
      return store.next(session);
    } finally {
      driver.lock().unlock();
    }
  }

  /** What was done until now. */
  public RecorderStatistics statistics() {
    driver.lock().lock();
    try {
      var answers = machine.answers();
      long kept = 0;
      for (String session : store.sessions()) {
        kept += store.next(session) - store.first(session);
      }
      return new RecorderStatistics(
          store.sessions().size(),
          kept,
          store.bytes(),
          answers.requests(),
          answers.messages(),
          answers.refused(),
          replays.replays(),
          replays.messages(),
          lost.sum(),
          machine.healed(),
          receiver.statistics().kernelDrops(),
          loss.dropped());
    } finally {
      driver.lock().unlock();
    }
  }

  /** Leaves the group, makes durable what was heard, and closes. Idempotent. */
  @Override
  public void close() {
    if (driver.isClosed()) {
      return;
    }
    receiver.close();
    driver.close();
    server.close();
    try {
      driver.closeStore();
    } catch (IOException e) {
      observer.onWarning("the journal could not be closed: " + e.getMessage());
    }
  }

  private void fetchEvents() {
    Events.tell(driver, machine::pollEvent, this::tell);
  }

  private void tell(RecorderEvent event) {
    switch (event) {
      case RecorderEvent.Recording it -> observer.onRecording(it.session().name(), it.from());
      case RecorderEvent.Heard it -> heard(it.session(), it.event());
      case RecorderEvent.StoreFailed it ->
          observer.onWarning(
              "session %s is not kept for now: %s".formatted(it.session(), it.reason()));
      case RecorderEvent.StoreTakes it ->
          observer.onWarning("session %s is kept again".formatted(it.session()));
      case RecorderEvent.Refused it ->
          observer.onWarning(
              "session %s from %s is not recorded: there are too many sessions (64 are recorded at a time, a journal holds 1,024)"
                  .formatted(it.session(), Addresses.text(it.from())));
    }
  }

  private void heard(Session session, SubscriberEvent event) {
    switch (event) {
      case SubscriberEvent.ReplayNeeded _ -> replay(session);
      case SubscriberEvent.Lost it -> {
        lost.add(it.range().count());
        observer.onWarning(
            "session %s: %s is lost: %s".formatted(session, it.range(), it.reason().text()));
      }
      case SubscriberEvent.Ended it -> observer.onEnded(session.name(), it.next());
      case SubscriberEvent.AnotherPublisher it ->
          observer.onWarning(
              "session %s: %s publishes it too, and is not heard"
                  .formatted(session, Addresses.text(it.from())));
      case SubscriberEvent.WentBack it ->
          observer.onWarning(
              "session %s: its publisher goes back from #%d to #%d"
                  .formatted(session, it.highest(), it.announced()));
      default -> {}
    }
  }

  private void replay(Session session) {
    SubscriberMachine hearing;
    driver.lock().lock();
    try {
      hearing = machine.hearing(session).orElse(null);
    } finally {
      driver.lock().unlock();
    }
    if (hearing != null) {
      new Replay(
              driver,
              hearing,
              () -> connect(hearing),
              client -> {},
              () -> machine.replayed(System.nanoTime(), session))
          .start();
    }
  }

  /** To the publisher or a fellow: any of them. */
  private Socket connect(SubscriberMachine hearing) throws IOException {
    List<InetSocketAddress> others;
    driver.lock().lock();
    try {
      others = new ArrayList<>(fellows.recorders());
      hearing.publisher().ifPresent(others::add);
    } finally {
      driver.lock().unlock();
    }
    return Recorders.connect(others);
  }

  /** Is told what happens, on threads of the recorder; all methods do nothing unless overridden. */
  public interface Observer {
    /** A session is recorded, from this number on. */
    default void onRecording(String session, long from) {}

    /** The publisher has ended a session. */
    default void onEnded(String session, long next) {}

    /** Something that a person should know, in a sentence. */
    default void onWarning(String text) {}
  }

  /** The options of a recorder. */
  public static final class Builder {
    private final Group group;
    private Optional<JournalOptions> journal = Optional.empty();
    private long memoryBytes = 256 << 20;
    private Optional<InetAddress> bind = Optional.empty();
    private int port = 5008;
    private List<Endpoint> peers = List.of();
    private Optional<NetworkInterface> networkInterface = Optional.empty();
    private double loss;
    private Observer observer = new Observer() {};

    private Builder(Group group) {
      this.group = group;
    }

    /** Keeps what is heard on disk. Default: in memory. */
    public Builder journal(JournalOptions journal) {
      this.journal = Optional.of(journal);
      return this;
    }

    /** How much memory holds messages when there is no journal; default 256 MiB. */
    public Builder memory(long bytes) {
      memoryBytes = bytes;
      return this;
    }

    /** The address to answer at; default all of this machine. */
    public Builder bind(InetAddress address) {
      bind = Optional.of(address);
      return this;
    }

    /** The port to answer at, 0 to 65535, UDP and TCP; default 5008, and 0 takes a free one. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /**
     * Other recorders, which are asked for what the publisher cannot give, by all addresses of
     * their names; its own is left out. Default: none.
     */
    public Builder peers(List<Endpoint> peers) {
      this.peers = List.copyOf(peers);
      return this;
    }

    /** The interface to join on; default: as a {@link MulticastReceiver} chooses it. */
    public Builder networkInterface(NetworkInterface networkInterface) {
      this.networkInterface = Optional.of(networkInterface);
      return this;
    }

    /** As {@link Subscriber.Builder#simulatedLoss}. */
    public Builder simulatedLoss(double share) {
      loss = share;
      return this;
    }

    /** Is told what happens; default: nobody. */
    public Builder observer(Observer observer) {
      this.observer = observer;
      return this;
    }

    /**
     * Joins the group and begins.
     *
     * @throws java.net.BindException if the port is in use
     * @throws IOException if the group cannot be joined, or the journal cannot be opened
     */
    public Recorder open() throws IOException {
      return new Recorder(this);
    }

    private InetAddress bind() {
      return bind.orElseGet(() -> InetAddress.ofLiteral(group.isIpv6() ? "::" : "0.0.0.0"));
    }

    private Store store(Opening opening) throws IOException {
      return journal.isPresent() ? opening.add(journal.get().open()) : new MemoryStore(memoryBytes);
    }

    private MulticastReceiver receiver(Driver driver) throws IOException {
      MulticastReceiver.Builder builder =
          MulticastReceiver.builder(group)
              .receiveBuffer(4 << 20)
              .handler(datagram ->
                  driver.onDatagram(
                      Channel.GROUP,
                      datagram.source(),
                      datagram.payload(),
                      datagram.isLastOfBatch()));
      networkInterface.ifPresent(builder::networkInterface);
      return builder.open();
    }
  }
}
