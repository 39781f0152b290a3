package dev.twincast.feed;

import dev.twincast.anycast.AnycastServer;
import dev.twincast.feed.drive.Driver;
import dev.twincast.feed.drive.Events;
import dev.twincast.feed.drive.Publishing;
import dev.twincast.feed.drive.ReplayService;
import dev.twincast.feed.drive.SimulatedLoss;
import dev.twincast.feed.drive.Sockets;
import dev.twincast.feed.files.FileSource;
import dev.twincast.feed.journal.MemoryStore;
import dev.twincast.feed.journal.OriginStore;
import dev.twincast.feed.journal.Store;
import dev.twincast.feed.machine.Channel;
import dev.twincast.feed.machine.PublisherMachine;
import dev.twincast.feed.machine.PublisherSettings;
import dev.twincast.feed.mold.Session;
import dev.twincast.multicast.Group;
import dev.twincast.multicast.MulticastSender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sends numbered messages to a group, each once, and gives whoever missed some of them what it
 * missed: it is the first recorder of its own session.
 *
 * <pre>{@code
 * try (var publisher = Publisher.to("239.255.0.1:5009", "prices")) {
 *   publisher.publish("EURUSD 1.0842".getBytes(UTF_8));
 * }
 * }</pre>
 *
 * <p>Small messages that come while the port is busy travel together in packets of one MTU; one
 * that comes alone goes at once. Nothing is dropped here: {@code publish} waits when the group, or
 * the recorders that have to acknowledge, cannot take more. Any thread may call any method.
 */
public final class Publisher implements AutoCloseable {
  private static final long FOLLOW_UP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final PublisherMachine machine;
  private final Driver driver;
  private final Publishing publishing;
  private final MulticastSender sender;
  private final ReplayService replays;
  private final AnycastServer server;
  private final Consumer<String> warnings;
  private final long maxLingerNanos;

  private Publisher(Builder options) throws IOException {
    warnings = options.warnings;
    maxLingerNanos = options.settings.maxLingerNanos();
    InetAddress any = InetAddress.ofLiteral(options.group.isIpv6() ? "::" : "0.0.0.0");
    try (var opening = new Opening()) {
      DatagramChannel serving = opening.add(Sockets.serve(any, options.port));
      int port = ((InetSocketAddress) serving.getLocalAddress()).getPort();
      Store store = options.store(opening);
      Sockets.share(serving);
      sender = opening.add(options.sender(port));
      // Requests go to where live packets come from: that address is this socket's alone.
      serving = opening.add(Sockets.only(serving, sender.localAddress().getAddress()));
      machine =
          new PublisherMachine(System.nanoTime(), options.session, store, options.settings(store));
      driver =
          opening.add(
              new Driver(
                  "publish-" + options.session,
                  machine,
                  Optional.of(store),
                  options.settings.packetBytes(),
                  sender::send,
                  Map.of(Channel.SERVE, serving),
                  new SimulatedLoss(0, new SplittableRandom()),
                  this::fetchEvents));
      publishing = new Publishing(driver, machine, store, options.settings.packetBytes());
      replays = new ReplayService(driver, machine);
      server =
          AnycastServer.builder(replays).bind(any).port(port).drain(Duration.ofSeconds(1)).open();
      opening.succeed();
    }
    driver.start();
  }

  /**
   * Opens a publisher with all defaults.
   *
   * @param group as {@link Group#parse(String)} reads it
   * @param session names the stream of messages: 1 to 10 printable ASCII characters
   * @throws IOException as {@link Builder#open}
   */
  public static Publisher to(String group, String session) throws IOException {
    return builder(Group.parse(group), session).open();
  }

  /** A publisher to be opened, with options. */
  public static Builder builder(Group group, String session) {
    return new Builder(group, new Session(session));
  }

  /**
   * Publishes one message, which may be empty. Returns when it is numbered and kept; it is sent at
   * once, or together with others as soon as the port is free. Waits while there is no room.
   *
   * @return its number; the first of a session is 1
   * @throws IllegalArgumentException if it is longer than {@link #maxMessageBytes}
   * @throws IllegalStateException if the session was ended
   * @throws IOException if it could not be kept, so is not published; {@link
   *     ClosedChannelException} if the publisher is closed
   */
  public long publish(byte[] message) throws IOException {
    return publish(ByteBuffer.wrap(message));
  }

  /** As {@link #publish(byte[])}: what remains in the buffer, which stays as it is. */
  public long publish(ByteBuffer message) throws IOException {
    return publishing.publish(message);
  }

  /**
   * Publishes the next message of a file. What memory has forgotten of it is read from the file
   * again, until the publisher is closed: so a file is had whole also by who is behind by more than
   * memory holds, as long as it stays as it is. It may be closed meanwhile.
   *
   * @return its length in bytes; 0: there is none any more
   * @throws IOException as {@link #publish(byte[])}; or if the file cannot be read, or has changed:
   *     receivers then never have it whole
   */
  public int publishNext(FileSource file) throws IOException {
    return publishing.publishNext(file);
  }

  /**
   * Waits until all that was published before is on the wire, and acknowledged if {@link
   * Builder#acks} are wanted.
   *
   * @return whether that was so in time
   */
  public boolean flush(Duration timeout) throws IOException {
    return publishing.flush(TimeUnit.NANOSECONDS.convert(timeout));
  }

  /**
   * Ends the session: subscribers are told so after the last message. Nothing more can be
   * published; what was missed is still answered until {@link #close}.
   */
  public void end() {
    publishing.end();
  }

  /** The longest message: 1,450 bytes over IPv4 with an MTU of 1500. Longer ones go as files. */
  public int maxMessageBytes() {
    return machine.maxMessageBytes();
  }

  /** The session's name. */
  public String session() {
    return machine.session().name();
  }

  /** The number that the next message gets. */
  public long next() {
    driver.lock().lock();
    try {
      return machine.next();
    } finally {
      driver.lock().unlock();
    }
  }

  /** Where requests and replays are answered: this address, over UDP and TCP. */
  public InetSocketAddress recorder() {
    return sender.localAddress();
  }

  /** The interface that packets leave by. */
  public NetworkInterface networkInterface() {
    return sender.networkInterface();
  }

  /** What was published until now. */
  public PublisherStatistics statistics() {
    driver.lock().lock();
    try {
      return new PublisherStatistics(
          machine.sent() - 1,
          machine.acknowledged() - 1,
          machine.recorders(),
          machine.complete(),
          machine.answers().requests(),
          machine.answers().messages(),
          replays.replays(),
          sender.statistics().datagrams(),
          sender.statistics().bytes(),
          driver.sendFailures());
    } finally {
      driver.lock().unlock();
    }
  }

  /**
   * Closes. What was published is sent first, for a second at most; after {@link #end}, the end of
   * the session is told for the linger, or until as many {@link Builder#receivers} have everything,
   * and who asks meanwhile is answered. Idempotent.
   */
  @Override
  public void close() {
    if (driver.isClosed()) {
      return;
    }
    try {
      var _ = flush(Duration.ofSeconds(1));
      publishing.awaitEnd(maxLingerNanos + FOLLOW_UP_NANOS, replays::isServing);
    } catch (IOException e) {
      // Interrupted: who is does not want to wait.
    }
    driver.close();
    server.close();
    sender.close();
    closeStore();
  }

  private void closeStore() {
    try {
      driver.closeStore();
    } catch (IOException e) {
      warnings.accept("the journal could not be closed: " + e.getMessage());
    }
  }

  private void fetchEvents() {
    Events.tell(driver, machine::pollEvent, event -> Warning.of(event).ifPresent(warnings));
  }

  /** The options of a publisher. */
  public static final class Builder {
    private static final int MIN_MTU = 576;
    private static final int MAX_MTU = 65_535;
    private static final int IPV4_HEADERS = 28;
    private static final int IPV6_HEADERS = 48;
    private static final int BACKLOG_BYTES = 1_500_000;
    private static final int MIN_BACKLOG = 64;
    private static final long MAX_DEFAULT_MEMORY = 256 << 20;
    private static final long REMEMBERED_PER_SECOND = 5;
    private static final long UNBOUNDED_BYTES_PER_SECOND = 100_000_000;

    private final Group group;
    private final Session session;
    private Optional<NetworkInterface> networkInterface = Optional.empty();
    private Optional<JournalOptions> journal = Optional.empty();
    private PublisherSettings settings = PublisherSettings.DEFAULT;
    private long memoryBytes = Math.min(MAX_DEFAULT_MEMORY, Runtime.getRuntime().maxMemory() / 4);
    private int ttl = 1;
    private int port = 5008;
    private Consumer<String> warnings = warning -> {};

    private Builder(Group group, Session session) {
      this.group = group;
      this.session = session;
      mtu(1500);
    }

    /** The interface to send by; default: as a {@link MulticastSender} chooses it. */
    public Builder networkInterface(NetworkInterface networkInterface) {
      this.networkInterface = Optional.of(networkInterface);
      return this;
    }

    /** How many networks a packet may cross, 0 to 255; default 1: it stays on this network. */
    public Builder ttl(int ttl) {
      this.ttl = ttl;
      return this;
    }

    /**
     * The longest IP packet in bytes, 576 to 65535; default 1500. More is for networks that take
     * more; elsewhere it goes in IP fragments, which is faster where nothing is lost, and of which
     * each that is lost takes the others with it.
     */
    public final Builder mtu(int bytes) {
      if (bytes < MIN_MTU || bytes > MAX_MTU) {
        throw new IllegalArgumentException("an MTU of " + bytes + " bytes: 576 to 65535");
      }
      int packetBytes = bytes - (group.isIpv6() ? IPV6_HEADERS : IPV4_HEADERS);
      settings =
          settings
              .withPacketBytes(packetBytes)
              .withBacklogPackets(Math.max(MIN_BACKLOG, BACKLOG_BYTES / packetBytes));
      return this;
    }

    /**
     * The port for requests (UDP) and replays (TCP), 0 to 65535; default 5008, and 0 takes any that
     * is free: subscribers find it by the source of what they hear.
     */
    public Builder recorderPort(int port) {
      this.port = port;
      return this;
    }

    /**
     * The most bytes per second to the group; default 1.25 GB/s. It goes slower when it must; and
     * without a journal, beyond 100 MB/s, never so fast that {@link #memory} forgets what was sent
     * within a fifth of a second: who misses something then would ask for it too late.
     */
    public Builder maxBytesPerSecond(long bytesPerSecond) {
      settings = settings.withMaxBytesPerSecond(bytesPerSecond);
      return this;
    }

    /**
     * How many recorders must have a message before it is acknowledged, and the publisher runs at
     * most {@code windowMessages} ahead of that; default 0: none.
     */
    public Builder acks(int recorders, long windowMessages) {
      settings = settings.withAcks(recorders, windowMessages);
      return this;
    }

    /**
     * How long the end of the session is told before {@link #close} ends; default 3 seconds. Each
     * request for what was missed makes it begin again, and a replay is waited for, until ten times
     * as long is over.
     */
    public Builder linger(Duration linger) {
      settings = settings.withLingerNanos(TimeUnit.NANOSECONDS.convert(linger));
      return this;
    }

    /**
     * How many receivers there are, 0 to 65,536: once the session was ended and so many have said
     * that they have everything, the linger is over; default 0: not known. A subscriber says so by
     * {@link Subscriber#reportComplete}, a recorder by its acknowledgement. They are told apart by
     * address and port, so one that starts anew counts again; and not authenticated: who can send
     * to the publisher can make it leave early.
     */
    public Builder receivers(int receivers) {
      settings = settings.withReceivers(receivers);
      return this;
    }

    /**
     * How much memory holds past messages when there is no journal; default a quarter of the
     * largest heap, but at most 256 MiB; taken as it is needed. Those of files ({@link
     * #publishNext}) do not depend on it.
     */
    public Builder memory(long bytes) {
      memoryBytes = bytes;
      return this;
    }

    /**
     * Keeps what is published on disk, and numbering goes on behind what is there. Default: in
     * memory only.
     */
    public Builder journal(JournalOptions journal) {
      this.journal = Optional.of(journal);
      return this;
    }

    /** Is told what a person should know, in a sentence; default: nobody. */
    public Builder onWarning(Consumer<String> warnings) {
      this.warnings = warnings;
      return this;
    }

    /**
     * Opens the publisher.
     *
     * @throws java.net.BindException if the port is in use
     * @throws IOException if the interface is down, or the journal cannot be opened
     */
    public Publisher open() throws IOException {
      return new Publisher(this);
    }

    private Store store(Opening opening) throws IOException {
      return journal.isPresent()
          ? opening.add(journal.get().open())
          : new OriginStore(new MemoryStore(memoryBytes), session.name());
    }

    /** Who has published before asks first whether recorders know more. */
    private PublisherSettings settings(Store store) {
      boolean goesOn = store.used(session.name()) > 1;
      long most = settings.maxBytesPerSecond();
      if (journal.isEmpty() && memoryBytes < most / REMEMBERED_PER_SECOND) {
        long remembered = memoryBytes * REMEMBERED_PER_SECOND;
        most = Math.min(most, Math.max(UNBOUNDED_BYTES_PER_SECOND, remembered));
      }
      return settings
          .withMaxBytesPerSecond(most)
          .withResumeNanos(goesOn ? TimeUnit.MILLISECONDS.toNanos(300) : 0);
    }

    private MulticastSender sender(int port) throws IOException {
      MulticastSender.Builder builder = MulticastSender.builder(group).ttl(ttl).sourcePort(port);
      networkInterface.ifPresent(builder::networkInterface);
      return builder.open();
    }
  }
}
