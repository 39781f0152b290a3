package dev.twincast.anycast;

import dev.twincast.anycast.frame.Frame;
import dev.twincast.anycast.lookup.UncachedLookup;
import dev.twincast.anycast.net.client.Dial;
import dev.twincast.anycast.policy.Hedging;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Reaches any live replica of a service.
 *
 * <pre>{@code
 * try (var client = AnycastClient.to("app.example:7000")) {
 *   byte[] reply = client.call("hello".getBytes(UTF_8));
 * }
 * }</pre>
 *
 * <p>It knows <em>all</em> addresses of all names it was given, looks them up again at least each
 * second while in use and after each failure, and chooses one by its {@link Policy}. When that
 * replica refuses, resets or does not answer in time, the next one is tried at once, each once;
 * then, after a short pause, all of them again, until the one deadline of the call. A replica that
 * failed is looked at in the background, and gets calls again when it answers.
 *
 * <p>Two ways to use it: {@link #call(byte[])} and its like speak the message service, over few
 * connections that all calls share; {@link #connect} and {@link #call(IdempotentExchange)} make a
 * connection for any protocol.
 *
 * <p>Safe for use by many threads at once; a call runs on the thread of its caller. An interrupt
 * ends it with {@link InterruptedIOException} and stays set.
 */
public final class AnycastClient implements AutoCloseable {

  private final ClientCore core;
  private final Policy policy;
  private final long timeoutNanos;
  private final int maxRequestBytes;

  private AnycastClient(Builder options) {
    core = new ClientCore(options);
    policy = options.policy;
    timeoutNanos = options.timeoutNanos;
    maxRequestBytes = options.maxRequestBytes;
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
   * Sends a message to any replica of a message service and returns its reply. The request may have
   * effects: it is written once, and goes to another replica only if it certainly was not read.
   *
   * @throws UnknownOutcomeException if it was written and not answered
   * @throws NoReplicaException if it was not read by any replica in time
   * @throws IllegalArgumentException if it is longer than the limit
   * @throws IOException if this client is closed
   */
  public byte[] call(byte[] request) throws IOException {
    return call(Request.of(request)).payload();
  }

  /**
   * The same for a request that is harmless when carried out twice: it fails only if no replica
   * answers in time.
   *
   * @throws NoReplicaException if none did
   * @throws IllegalArgumentException if it is longer than the limit
   * @throws IOException if this client is closed
   */
  public byte[] callIdempotent(byte[] request) throws IOException {
    return call(Request.idempotent(request)).payload();
  }

  /** The same with all that can be said of a request and its reply. */
  public Reply call(Request request) throws IOException {
    if (request.payload().length > maxRequestBytes) {
      throw new IllegalArgumentException(
          "a request of %d bytes is longer than the limit, %d (see maxMessageBytes)"
              .formatted(request.payload().length, maxRequestBytes));
    }
    core.prober().useMessages();
    Policy chosen = request.policy().orElse(policy);
    return core.run(() -> new MessageCall(core, request, chosen, timeoutNanos).run());
  }

  /**
   * Connects to any live replica: when one has neither accepted nor refused after 250 ms, the next
   * is tried beside it, and the first that accepts is taken. From then on the socket is the
   * caller's: it has no time limit, and {@link #close} leaves it alone.
   *
   * @throws NoReplicaException if no replica accepted a connection in time
   * @throws IOException if this client is closed
   */
  public Socket connect() throws IOException {
    return connect(timeoutNanos);
  }

  Socket connect(long timeoutNanos) throws IOException {
    return core.run(() -> new ExchangeCall<>(core, s -> s, policy, timeoutNanos).run());
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
    IdempotentExchange<T> closing =
        socket -> {
          T reply = exchange.on(socket);
          Dial.closeQuietly(socket);
          return reply;
        };
    return core.run(() -> new ExchangeCall<>(core, closing, policy, timeoutNanos).run());
  }

  /** What this client has done so far. */
  public ClientStatistics statistics() {
    return core.statistics();
  }

  /** Fails calls in progress at once and all later ones. Returns without waiting; idempotent. */
  @Override
  public void close() {
    core.close();
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
    final List<Endpoint> endpoints;
    private long timeoutNanos = TimeUnit.SECONDS.toNanos(2);
    private long attemptNanos; // 0: a quarter of the timeout
    private Policy policy = Policy.leastLoaded();
    private boolean hedging = true;
    private long hedgeNanos; // 0: the 95th percentile
    private int maxRequestBytes = Frame.DEFAULT_MAX_BYTES;
    int maxReplyBytes = Frame.DEFAULT_MAX_BYTES;
    RandomGenerator random = new SplittableRandom();
    Observer observer = (replica, reason) -> {};
    ReplicaSet.Lookup lookup = UncachedLookup::addresses;

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
     * How long one replica may take to connect and answer before another is asked; default a
     * quarter of the timeout. Less than the slowest good answer takes would fail every attempt on a
     * connection of its own; a message may still be answered while others are asked.
     */
    public Builder attemptTimeout(Duration attemptTimeout) {
      attemptNanos = Durations.positiveNanos("attempt timeout", attemptTimeout);
      return this;
    }

    /** How a replica is chosen; default {@link Policy#leastLoaded}. */
    public Builder policy(Policy policy) {
      this.policy = policy;
      return this;
    }

    /**
     * Sends a second copy of an idempotent message to another replica when there is no answer after
     * this time, such as 30 ms; default when it takes longer than 95 of 100 have lately. Copies add
     * 5 % at most to the load.
     */
    public Builder hedgeAfter(Duration delay) {
      hedgeNanos = Durations.positiveNanos("hedge delay", delay);
      hedging = true;
      return this;
    }

    /** Never sends a second copy while the first may still be answered in its time. */
    public Builder withoutHedging() {
      hedging = false;
      return this;
    }

    /**
     * The longest message either way, in bytes, at least 1; default 1 MiB. A replica that announces
     * a longer reply is not read any further.
     */
    public Builder maxMessageBytes(int limit) {
      if (limit < 1) {
        throw new IllegalArgumentException("a limit of " + limit + " bytes leaves no message");
      }
      maxRequestBytes = limit;
      maxReplyBytes = limit;
      return this;
    }

    /**
     * The source of random choices, for a run that can be repeated; default seeded anew. Used by
     * one thread at a time.
     */
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
    Builder lookup(ReplicaSet.Lookup lookup) {
      this.lookup = lookup;
      return this;
    }

    long attemptNanos() {
      return attemptNanos > 0 ? attemptNanos : timeoutNanos / 4;
    }

    Hedging hedging() {
      if (!hedging) {
        return Hedging.off();
      }
      return hedgeNanos > 0 ? Hedging.after(hedgeNanos) : Hedging.atPercentile();
    }

    /** The client. Nothing is looked up or connected before the first call. */
    public AnycastClient open() {
      return new AnycastClient(this);
    }
  }
}
