package dev.twincast.anycast;

import dev.twincast.anycast.net.client.Loop;
import dev.twincast.anycast.policy.CallPlan;
import dev.twincast.anycast.policy.Replicas;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** What the calls of a client share. Safe for use by many threads at once. */
final class ClientCore implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(ClientCore.class.getName());

  private final List<Endpoint> endpoints;
  private final long attemptNanos;
  private final AnycastClient.Observer observer;
  private final ReplicaSet replicas;
  private final Loop loop = new Loop();
  private final MessagePool pool;
  private final Prober prober;
  private final Set<Runnable> atClose = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean observerFailed = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final LongAdder answered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder retried = new LongAdder();
  private final LongAdder hedged = new LongAdder();

  ClientCore(AnycastClient.Builder options) {
    endpoints = options.endpoints;
    attemptNanos = options.attemptNanos();
    observer = options.observer;
    replicas = new ReplicaSet(endpoints, options.lookup, options.hedging(), options.random);
    pool = new MessagePool(loop, replicas, options.maxReplyBytes, attemptNanos);
    prober = new Prober(loop, replicas, pool);
    replicas.watch(prober);
  }

  /** A call as its caller's thread runs it. */
  interface Call<T> {
    T run() throws IOException, InterruptedException;
  }

  /** Runs a call and counts what comes of it. */
  <T> T run(Call<T> call) throws IOException {
    boolean good = false;
    try {
      throwIfStopped();
      T result = call.run();
      good = true;
      return result;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while looking for a replica");
    } finally {
      (good ? answered : failed).increment();
    }
  }

  List<Endpoint> endpoints() {
    return endpoints;
  }

  long attemptNanos() {
    return attemptNanos;
  }

  ReplicaSet replicas() {
    return replicas;
  }

  Loop loop() {
    return loop;
  }

  MessagePool pool() {
    return pool;
  }

  Prober prober() {
    return prober;
  }

  /** What ends a call in progress, or wakes it so that it sees that it has to end. */
  void atClose(Runnable action) {
    atClose.add(action);
  }

  /** It has ended by itself. */
  void notAtClose(Runnable action) {
    atClose.remove(action);
  }

  void count(CallPlan.Reason reason) {
    switch (reason) {
      case FIRST -> {}
      case RETRY -> retried.increment();
      case HEDGE -> hedged.increment();
    }
  }

  /** Between two rounds, or before the first address is known. */
  void pauseUntil(long instant) throws InterruptedException {
    closed.await(instant - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  void throwIfStopped() throws IOException {
    if (closed.getCount() == 0) {
      throw new IOException("this client is closed");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while calling a replica");
    }
  }

  void tellObserver(String replica, IOException reason) {
    try {
      observer.onFailedAttempt(replica, reason);
    } catch (RuntimeException e) {
      if (observerFailed.compareAndSet(false, true)) {
        LOG.log(System.Logger.Level.WARNING, "the observer of a client failed (said once)", e);
      }
    }
  }

  ClientStatistics statistics() {
    long good = answered.sum();
    long bad = failed.sum();
    return new ClientStatistics(
        good + bad,
        good,
        bad,
        retried.sum(),
        hedged.sum(),
        replicas.ejections(),
        pool.goneAway(),
        pool.malformed(),
        replicas.snapshot().stream().map(ClientCore::replica).toList());
  }

  private static ClientStatistics.Replica replica(Replicas.Snapshot<InetSocketAddress> replica) {
    return new ClientStatistics.Replica(
        replica.address(),
        standing(replica),
        replica.calls(),
        replica.answered(),
        replica.failed(),
        replica.inFlight(),
        Duration.ofNanos(replica.latencyNanos()));
  }

  private static ClientStatistics.Standing standing(Replicas.Snapshot<?> replica) {
    return switch (replica.state()) {
      case GOOD ->
          replica.current() ? ClientStatistics.Standing.GOOD : ClientStatistics.Standing.FORMER;
      case DOWN -> ClientStatistics.Standing.DOWN;
      case EJECTED -> ClientStatistics.Standing.EJECTED;
    };
  }

  @Override
  public void close() {
    closed.countDown();
    replicas.close();
    atClose.forEach(Runnable::run);
    pool.close();
    loop.close();
  }
}
