package dev.twincast.anycast;

import dev.twincast.anycast.lookup.UncachedLookup;
import dev.twincast.anycast.policy.CallPlan;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;

/**
 * Reaches any live replica of a service.
 *
 * <pre>{@code
 * try (var client = AnycastClient.to("app.example:5000")) {
 *   Socket socket = client.connect();
 * }
 * }</pre>
 *
 * <p>It knows <em>all</em> addresses of all names it was given, looks them up again at least each
 * second while in use and after each failure, and picks one at random. When that replica refuses,
 * resets or does not answer in time, the next one is tried at once, each once; then, after a short
 * pause, all of them again, until the one deadline of the call.
 *
 * <p>Safe for use by many threads at once; a call runs on the thread of its caller. An interrupt
 * ends it with {@link InterruptedIOException} and stays set.
 */
public final class AnycastClient implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(AnycastClient.class.getName());

  private final List<Endpoint> endpoints;
  private final long timeoutNanos;
  private final long attemptNanos;
  private final RandomGenerator seeds; // guarded by itself
  private final Observer observer;
  private final Replicas replicas;
  private final ScheduledThreadPoolExecutor timers;
  private final Set<Attempt> running = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean observerFailed = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private AnycastClient(Builder options) {
    endpoints = options.endpoints;
    timeoutNanos = options.timeoutNanos;
    attemptNanos = options.attemptNanos > 0 ? options.attemptNanos : options.timeoutNanos / 4;
    seeds = options.random;
    observer = options.observer;
    replicas = new Replicas(endpoints, options.lookup);
    timers =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().daemon().name("twincast-timers").factory(),
            new DiscardPolicy()); // a call that races close() sees that by itself
    timers.setRemoveOnCancelPolicy(true);
  }

  /**
   * A client with all defaults.
   *
   * @param endpoints {@code HOST:PORT} or {@code [IPV6]:PORT}, at least one
   * @throws IllegalArgumentException if one cannot be read
   */
  public static AnycastClient to(String... endpoints) {
    return builder(List.of(endpoints).stream().map(Endpoint::parse).toList()).open();
  }

  /** Options for a client of the service at these endpoints, at least one. */
  public static Builder builder(Endpoint... endpoints) {
    return builder(List.of(endpoints));
  }

  /** Options for a client of the service at these endpoints, at least one. */
  public static Builder builder(List<Endpoint> endpoints) {
    return new Builder(endpoints);
  }

  /**
   * Connects to any live replica. From then on the socket is the caller's: it has no time limit,
   * and {@link #close} leaves it alone.
   *
   * @throws NoReplicaException if no replica accepted a connection in time
   * @throws IOException if this client is closed
   */
  public Socket connect() throws IOException {
    return onAnyReplica(socket -> socket);
  }

  /**
   * Runs the exchange on a connection to any live replica, and again on another one whenever it
   * fails with an {@link IOException}, until the deadline. An attempt that has no time left is
   * ended by closing its socket; an exchange that is busy elsewhere is not interrupted. Any other
   * exception of the exchange goes to the caller at once.
   *
   * @throws NoReplicaException if no exchange succeeded in time
   * @throws IOException if this client is closed
   */
  public <T> T call(IdempotentExchange<T> exchange) throws IOException {
    return onAnyReplica(socket -> {
      T reply = exchange.on(socket);
      Attempt.closeQuietly(socket);
      return reply;
    });
  }

  /** Fails calls in progress at once and all later ones. Returns without waiting; idempotent. */
  @Override
  public void close() {
    closed.countDown();
    timers.shutdownNow();
    replicas.close();
    running.forEach(Attempt::abandon);
  }

  private <T> T onAnyReplica(IdempotentExchange<T> exchange) throws IOException {
    var plan =
        new CallPlan<InetSocketAddress>(
            randomOfThisCall(), System.nanoTime(), timeoutNanos, attemptNanos);
    var failures = new NoReplicaException.Failures();
    try {
      while (true) {
        List<InetSocketAddress> known = replicas.known(plan.deadline());
        throwIfStopped();
        if (plan.isOver(System.nanoTime())) {
          replicas.failures().forEach(failures::lookup);
          throw failures.toException(endpoints, timeoutNanos);
        }
        Optional<InetSocketAddress> replica = plan.next(known);
        if (replica.isEmpty()) {
          pause(plan);
          continue;
        }
        try {
          return attempt(replica.get(), exchange, plan);
        } catch (IOException e) {
          throwIfStopped();
          String address = text(replica.get());
          failures.attempt(address, e);
          tellObserver(address, e);
          replicas.renew();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while looking for a replica");
    }
  }

  private <T> T attempt(
      InetSocketAddress replica, IdempotentExchange<T> exchange, CallPlan<InetSocketAddress> plan)
      throws IOException {
    var attempt = new Attempt();
    running.add(attempt);
    try {
      throwIfStopped(); // close() may have missed this attempt
      long now = System.nanoTime();
      return attempt.run(replica, exchange, timers, plan.endOfAttempt(now) - now);
    } finally {
      attempt.abandon(); // no effect once it has run
      running.remove(attempt);
    }
  }

  /** Between two rounds, or before the first address is known. */
  private void pause(CallPlan<InetSocketAddress> plan) throws InterruptedException {
    replicas.failures().forEach((name, reason) -> tellObserver(name.toString(), reason));
    replicas.renew();
    long now = System.nanoTime();
    closed.await(plan.nextRound(now) - now, TimeUnit.NANOSECONDS);
  }

  private void throwIfStopped() throws IOException {
    if (closed.getCount() == 0) {
      throw new IOException("this client is closed");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while calling a replica");
    }
  }

  private void tellObserver(String replica, IOException reason) {
    try {
      observer.onFailedAttempt(replica, reason);
    } catch (RuntimeException e) {
      if (observerFailed.compareAndSet(false, true)) {
        LOG.log(System.Logger.Level.WARNING, "the observer of a client failed (said once)", e);
      }
    }
  }

  /** Random generators are not thread-safe: each call gets its own. */
  private RandomGenerator randomOfThisCall() {
    synchronized (seeds) {
      return new SplittableRandom(seeds.nextLong());
    }
  }

  private static String text(InetSocketAddress replica) {
    String address = replica.getAddress().getHostAddress();
    boolean brackets = replica.getAddress() instanceof Inet6Address;
    return (brackets ? "[" + address + "]" : address) + ":" + replica.getPort();
  }

  /**
   * Is told why attempts fail, on the thread of the call. The first exception it throws is logged.
   */
  @FunctionalInterface
  public interface Observer {

    /**
     * Another replica is tried now.
     *
     * @param replica the address, such as {@code 10.0.0.3:5000}, or the name when it has none
     * @param reason why this one did not do
     */
    void onFailedAttempt(String replica, IOException reason);
  }

  /** Options; each has a default. */
  public static final class Builder {
    private final List<Endpoint> endpoints;
    private long timeoutNanos = TimeUnit.SECONDS.toNanos(2);
    private long attemptNanos; // 0: a quarter of the timeout
    private RandomGenerator random = new SplittableRandom();
    private Observer observer = (replica, reason) -> {};
    private Replicas.Lookup lookup = UncachedLookup::addresses;

    private Builder(List<Endpoint> endpoints) {
      if (endpoints.isEmpty()) {
        throw new IllegalArgumentException("no endpoint given (expected at least one HOST:PORT)");
      }
      this.endpoints = List.copyOf(endpoints);
    }

    /** The deadline of a call, over look-up and all attempts; default 2 seconds. */
    public Builder timeout(Duration timeout) {
      timeoutNanos = Durations.positiveNanos("timeout", timeout);
      return this;
    }

    /**
     * How long one replica may take to connect and answer; default a quarter of the timeout. Less
     * than the slowest good answer takes would fail every attempt.
     */
    public Builder attemptTimeout(Duration attemptTimeout) {
      attemptNanos = Durations.positiveNanos("attempt timeout", attemptTimeout);
      return this;
    }

    /** The source of random choices, for a run that can be repeated; default seeded anew. */
    public Builder random(RandomGenerator random) {
      this.random = random;
      return this;
    }

    /** Told of each failed attempt; default nobody. */
    public Builder observer(Observer observer) {
      this.observer = observer;
      return this;
    }

    /** How names become addresses, for tests. */
    Builder lookup(Replicas.Lookup lookup) {
      this.lookup = lookup;
      return this;
    }

    /** The client. Nothing is looked up or connected before the first call. */
    public AnycastClient open() {
      return new AnycastClient(this);
    }
  }
}
