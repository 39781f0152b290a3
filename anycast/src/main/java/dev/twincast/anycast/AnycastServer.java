package dev.twincast.anycast;

import dev.twincast.anycast.frame.Frame;
import dev.twincast.anycast.message.Budget;
import dev.twincast.anycast.message.Limits;
import dev.twincast.anycast.net.server.Counters;
import dev.twincast.anycast.net.server.Engine;
import dev.twincast.anycast.net.server.MessageEngine;
import dev.twincast.anycast.net.server.Occupancy;
import dev.twincast.anycast.net.server.PortAdvice;
import dev.twincast.anycast.net.server.SharedPort;
import dev.twincast.anycast.net.server.StreamEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One replica: accepts connections on a TCP port, and answers messages or serves streams.
 *
 * <pre>{@code
 * try (var server = AnycastServer.messages(request -> request).port(7000).open()) {
 *   stop.await();
 * }
 * try (var server = AnycastServer.builder(GreetingService.named("a")).port(5000).open()) {
 *   stop.await();
 * }
 * }</pre>
 *
 * <p>A {@link MessageService} answers framed messages on a virtual thread or, if it never blocks,
 * in an event loop. A {@link Service} has the streams of a connection, on a virtual thread for
 * each.
 *
 * <p>On Linux several servers, also of several processes of one user, may open the same port: the
 * kernel spreads connections over them; {@link #warnings} says what is risky about that. An open
 * server keeps the process alive. Safe for use by many threads at once.
 */
public final class AnycastServer implements AutoCloseable {

  /** For services to end after their connections were cut. */
  private static final long LAST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final InetSocketAddress address;
  private final boolean portChosen;
  private final Engine engine;
  private final Counters counters = new Counters();
  private final Occupancy occupancy;

  private final Optional<Announcement> announcement;
  private final long settlingNanos;
  private final long drainNanos;

  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private AnycastServer(Builder options) throws IOException {
    announcement = Optional.ofNullable(options.announcement);
    settlingNanos = options.announcement == null ? 0 : options.settlingNanos;
    drainNanos = options.drainNanos;
    occupancy = new Occupancy(options.maxConnections);
    engine = options.engine.start(options, counters, occupancy);
    address = new InetSocketAddress(options.bind, engine.port());
    portChosen = options.port != 0;
  }

  /** Options for a replica that gives its connections to this service. */
  public static Builder builder(Service service) {
    return new Builder((options, counters, occupancy) ->
        new StreamEngine(options.address(), service, options.idleNanos, counters, occupancy));
  }

  /**
   * Options for a replica that answers messages. (Not a second {@code builder}: lambdas could mean
   * either.)
   */
  public static Builder messages(MessageService service) {
    return new Builder((options, counters, occupancy) ->
        new MessageEngine(
            options.address(),
            service,
            service instanceof InLoop(NonBlockingMessageService inLoop) ? inLoop : null,
            options.loops,
            options.limits(),
            new Budget(options.maxBytesInFlight),
            counters,
            occupancy));
  }

  /**
   * True where several servers can open one port and the kernel spreads connections over them. That
   * is Linux; others know the socket option too, but give all connections to one server.
   */
  public static boolean canSharePort() {
    return SharedPort.IS_SUPPORTED;
  }

  /** The address asked for, and the port; the one that was free if port 0 was asked for. */
  public InetSocketAddress address() {
    return address;
  }

  /** The TCP port. */
  public int port() {
    return address.getPort();
  }

  /** Connections open now. */
  public int connections() {
    return occupancy.open();
  }

  /** What this server has done so far. */
  public ServerStatistics statistics() {
    return counters.statistics(connections());
  }

  /**
   * What is risky about this port now, one sentence each, with what to type: connections queued on
   * a process of the group would be lost with it, the port can be taken by an outgoing connection,
   * another process has bound it in another way, or a foreign program takes its share. Empty on
   * other systems than Linux, and of whatever this process may not see.
   */
  public List<String> warnings() {
    return PortAdvice.of(address, portChosen);
  }

  /**
   * Drains, then closes. One after the other, and all together within the drain time:
   *
   * <ol>
   *   <li>Clients connected now are asked to leave: those of the message service by the word
   *       <i>going away</i>, those of a {@link Service} by the end of its input. What they have
   *       asked until then is answered.
   *   <li>With an {@link Builder#announcement announcement}: those clients have a quarter of the
   *       drain time to go, as withdrawing may break their connections; then it is withdrawn.
   *   <li>New connections are accepted and served for the settling time, and then until the kernel
   *       has none queued. A message client that comes now is asked to leave after its first reply.
   *       The port is closed.
   *   <li>Whoever is still connected is asked to leave too, and waited for. A message client that
   *       has been silent for a second, or a quarter of the drain time, is closed.
   *   <li>After the drain time what is left is cut, and threads in services are interrupted.
   * </ol>
   *
   * <p>If the calling thread is interrupted, everything is cut at once. Returns within the drain
   * time and some two seconds, also when another thread has called it before. Idempotent. Called by
   * a service, it waits for that service in vain: use another thread.
   */
  @Override
  public void close() {
    try {
      if (closing.compareAndSet(false, true)) {
        drainAndClose();
      } else {
        closed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cut();
    }
  }

  private void cut() {
    engine.cutAll();
    try {
      engine.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the threads end without us
    }
  }

  private void drainAndClose() throws InterruptedException {
    try {
      drain(System.nanoTime());
      engine.close();
    } finally {
      closed.countDown();
    }
  }

  private void drain(long now) throws InterruptedException {
    long deadline = now + drainNanos;
    engine.tellClients();
    if (announcement.isPresent()) {
      engine.awaitTold(now + drainNanos / 4);
      withdraw(announcement.get(), deadline);
    }
    engine.acceptLast(settlingNanos, deadline);
    if (!engine.awaitAll(deadline)) {
      engine.cutAll();
      engine.awaitAll(System.nanoTime() + LAST_WAIT_NANOS);
    }
  }

  /** On a thread of its own, as it may take longer than we have. */
  private static void withdraw(Announcement announcement, long deadline)
      throws InterruptedException {
    Thread thread = Thread.ofVirtual().name("twincast-withdraw").start(announcement::withdraw);
    thread.join(Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime())));
  }

  /** Starts what serves connections. */
  @FunctionalInterface
  private interface EngineStarter {
    Engine start(Builder options, Counters counters, Occupancy occupancy) throws IOException;
  }

  /** Options; each has a default. */
  public static final class Builder {
    private final EngineStarter engine;
    private InetAddress bind = InetAddress.ofLiteral("0.0.0.0");
    private int port = 5000;
    private int maxConnections = 10_000;
    private long idleNanos = TimeUnit.SECONDS.toNanos(60);
    private long drainNanos = TimeUnit.SECONDS.toNanos(10);

    private int loops = Runtime.getRuntime().availableProcessors();
    private int maxFrameBytes = Frame.DEFAULT_MAX_BYTES;
    private int maxBytesInFlightPerConnection = 1 << 20;
    private long maxBytesInFlight = 256L << 20;
    private long slowNanos = TimeUnit.SECONDS.toNanos(10);
    private @Nullable Announcement announcement;
    private long settlingNanos = TimeUnit.SECONDS.toNanos(1);

    private Builder(EngineStarter engine) {
      this.engine = engine;
    }

    /** The TCP port, 0 to 65535; default 5000, and 0 takes any that is free. */
    public Builder port(int port) {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port " + port + " is outside 0 to 65535");
      }
      this.port = port;
      return this;
    }

    /** An address of this machine; default 0.0.0.0, which is all of them, IPv6 too. */
    public Builder bind(InetAddress address) {
      this.bind = address;
      return this;
    }

    /** How many clients are served at once, at least 1; default 10,000. Others are refused. */
    public Builder maxConnections(int limit) {
      if (limit < 1) {
        throw new IllegalArgumentException("a limit of " + limit + " connections serves nobody");
      }
      this.maxConnections = limit;
      return this;
    }

    /**
     * A connection whose service waits for the client, to send or to take what it was sent, is cut
     * when nothing has moved for so long; default 60 seconds.
     */
    public Builder idle(Duration idle) {
      this.idleNanos = Durations.positiveNanos("idle time", idle);
      return this;
    }

    /** How long {@link AnycastServer#close} waits for clients; default 10 seconds, may be zero. */
    public Builder drain(Duration drain) {
      this.drainNanos = drain.isZero() ? 0 : Durations.positiveNanos("drain time", drain);
      return this;
    }

    /**
     * What leads clients here; withdrawn when the server is closed. Default: nothing, so that the
     * port is closed as soon as nobody waits to be accepted.
     */
    public Builder announcement(Announcement announcement) {
      this.announcement = announcement;
      return this;
    }

    /**
     * How long after the {@link #announcement} was withdrawn clients may still come, as routers
     * take their time; default 1 second, may be zero.
     */
    public Builder settling(Duration settling) {
      this.settlingNanos =
          settling.isZero() ? 0 : Durations.positiveNanos("settling time", settling);
      return this;
    }

    /** Message service: event loops, at least 1; default one for each processor. */
    public Builder loops(int loops) {
      if (loops < 1) {
        throw new IllegalArgumentException(loops + " loops serve nobody");
      }
      this.loops = loops;
      return this;
    }

    /**
     * Message service: the longest request, 0 to 1 GiB; default 1 MiB. A connection that announces
     * a longer one is closed.
     */
    public Builder maxMessageBytes(int limit) {
      if (limit < 0 || limit > 1 << 30) {
        throw new IllegalArgumentException("a message of " + limit + " bytes is not 0 to 1 GiB");
      }
      this.maxFrameBytes = limit;
      return this;
    }

    /**
     * Message service: a connection is not read while its requests without an answer and its
     * replies not taken are so many bytes, so that it can hold this and one message more; at least
     * 1; default 1 MiB.
     */
    public Builder maxBytesInFlightPerConnection(int limit) {
      if (limit < 1) {
        throw new IllegalArgumentException(limit + " bytes in flight serve nobody");
      }
      this.maxBytesInFlightPerConnection = limit;
      return this;
    }

    /**
     * Message service: memory for requests and replies that are incomplete or wait, of all
     * connections together; default 256 MiB. A connection that needs more than is left is cut.
     */
    public Builder maxBytesInFlight(long limit) {
      if (limit < 1) {
        throw new IllegalArgumentException(limit + " bytes in flight serve nobody");
      }
      this.maxBytesInFlight = limit;
      return this;
    }

    /**
     * Message service: a client must finish a frame that it has begun, and take the replies that
     * wait for it, or 16 KiB of them, in each such time, or it is cut; default 10 seconds.
     */
    public Builder slow(Duration slow) {
      this.slowNanos = Durations.positiveNanos("slow time", slow);
      return this;
    }

    /**
     * Opens the port and begins to serve.
     *
     * @throws java.net.BindException if the port is not to be had; says why and what can be done
     */
    public AnycastServer open() throws IOException {
      return new AnycastServer(this);
    }

    private InetSocketAddress address() {
      return new InetSocketAddress(bind, port);
    }

    private Limits limits() {
      return new Limits(
          maxFrameBytes,
          maxBytesInFlightPerConnection,
          idleNanos,
          slowNanos,
          Math.min(drainNanos / 4, TimeUnit.SECONDS.toNanos(1)));
    }
  }
}
