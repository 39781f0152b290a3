package dev.twincast.anycast;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * One replica: accepts connections on a TCP port and gives each to a {@link Service}, on a virtual
 * thread of its own.
 *
 * <pre>{@code
 * try (var server = AnycastServer.builder(GreetingService.named("a")).port(5000).open()) {
 *   stop.await();
 * }
 * }</pre>
 *
 * <p>On Linux several servers, also of several processes of one user, may open the same port: the
 * kernel spreads connections over them. An open server keeps the process alive. Safe for use by
 * many threads at once.
 */
public final class AnycastServer implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(AnycastServer.class.getName());

  /** Connections that the kernel completes before we accept them; it may allow fewer. */
  private static final int BACKLOG = 4_096;

  /** For services to end after their connections were cut. */
  private static final long LAST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Service service;
  private final InetSocketAddress address;
  private final int maxConnections;
  private final long idleNanos;
  private final long drainNanos;

  private final Acceptor acceptor;
  private final ThreadFactory connectionThreads =
      Thread.ofVirtual().name("twincast-connection-", 1).factory();

  private final Map<Connection, Thread> connections = new ConcurrentHashMap<>();
  private final Semaphore free; // one permit a connection
  private final LongAdder accepted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder idleClosed = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final Set<String> logged = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private AnycastServer(Builder options) throws IOException {
    service = options.service;
    maxConnections = options.maxConnections;
    idleNanos = options.idleNanos;
    drainNanos = options.drainNanos;
    free = new Semaphore(maxConnections);
    ServerSocketChannel listener =
        SharedPort.listen(new InetSocketAddress(options.bind, options.port), BACKLOG);
    address = new InetSocketAddress(options.bind, listener.socket().getLocalPort());
    try {
      long sweepNanos = Math.clamp(idleNanos / 4, 1_000_000, 1_000_000_000);
      acceptor = new Acceptor(listener, this::admit, this::cutIdle, sweepNanos);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
  }

  /** Options for a replica that gives its connections to this service. */
  public static Builder builder(Service service) {
    return new Builder(service);
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
    return connections.size();
  }

  /** What this server has done so far. */
  public ServerStatistics statistics() {
    return new ServerStatistics(
        accepted.sum(), refused.sum(), idleClosed.sum(), failed.sum(), connections());
  }

  /**
   * Drains, then closes. New connections are no longer accepted, but those that the kernel has
   * completed already are still served. Services find the end of their input after all that has
   * arrived, so what clients have asked is answered. What is still open after the drain time is
   * cut, and its threads are interrupted; so is everything at once if the calling thread is
   * interrupted.
   *
   * <p>Returns when all is closed, within the drain time and some two seconds, also when another
   * thread has called it before. Idempotent. Called by a service, it waits for that service in
   * vain: use another thread.
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
      cutAll();
    }
  }

  private void drainAndClose() throws InterruptedException {
    try {
      acceptor.stop();
      connections.keySet().forEach(Connection::drain);
      if (!allEnd(drainNanos)) {
        cutAll();
        allEnd(LAST_WAIT_NANOS);
      }
    } finally {
      closed.countDown();
    }
  }

  private boolean allEnd(long waitNanos) throws InterruptedException {
    return free.tryAcquire(maxConnections, waitNanos, TimeUnit.NANOSECONDS);
  }

  private void cutAll() {
    connections.forEach((connection, thread) -> {
      connection.cut();
      thread.interrupt(); // it may wait for something else than its client
    });
  }

  private void admit(SocketChannel channel) {
    if (!free.tryAcquire()) {
      refused.increment();
      Connection.closeQuietly(channel); // at once: its client takes another replica
      return;
    }
    try {
      var connection = new Connection(channel);
      Thread thread = connectionThreads.newThread(() -> serve(connection));
      connections.put(connection, thread);
      accepted.increment();
      if (closing.get()) {
        connection.drain(); // close() may not see it, if interrupted
      }
      thread.start();
    } catch (IOException e) {
      // The client has gone already.
      Connection.closeQuietly(channel);
      free.release();
    }
  }

  private void cutIdle() {
    long now = System.nanoTime();
    for (Connection connection : connections.keySet()) {
      if (connection.isIdle(now, idleNanos) && !connection.wasCut()) {
        idleClosed.increment();
        connection.cut();
      }
    }
  }

  /** The thread of a connection. */
  private void serve(Connection connection) {
    try {
      runService(connection);
      connection.finish();
    } finally {
      connection.cut();
      connections.remove(connection);
      free.release();
    }
  }

  private void runService(Connection connection) {
    try {
      service.serve(connection);
    } catch (Throwable e) { // also an Error harms only its connection
      if (!connection.wasCut()) {
        failed.increment();
        logOnce(e instanceof IOException ? DEBUG : WARNING, "the service failed", e);
      }
    }
  }

  private void logOnce(System.Logger.Level level, String what, Throwable reason) {
    if (logged.add(what + reason.getClass())) {
      LOG.log(level, what + " (said once for each kind of failure)", reason);
    }
  }

  /** Options; each has a default. */
  public static final class Builder {
    private final Service service;
    private InetAddress bind = InetAddress.ofLiteral("0.0.0.0");
    private int port = 5000;
    private int maxConnections = 10_000;
    private long idleNanos = TimeUnit.SECONDS.toNanos(60);
    private long drainNanos = TimeUnit.SECONDS.toNanos(10);

    private Builder(Service service) {
      this.service = service;
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
     * Opens the port and begins to serve.
     *
     * @throws java.net.BindException if the port is not to be had; says why and what can be done
     */
    public AnycastServer open() throws IOException {
      return new AnycastServer(this);
    }
  }
}
