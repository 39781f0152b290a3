package dev.twincast.anycast;

import dev.twincast.anycast.policy.CallPlan;
import dev.twincast.anycast.policy.Hedging;
import dev.twincast.anycast.policy.Names;
import dev.twincast.anycast.policy.Replicas;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What all calls of a client know together: {@link Names} and {@link Replicas} behind one lock, and
 * the look-ups.
 *
 * <p>A look-up can hang for many seconds, so each runs on a daemon thread of its own ({@code
 * twincast-lookup-NAME}), one at a time for a name. The lock guards all state and is never held
 * while something blocks or is told to others.
 */
final class ReplicaSet {

  /** Names to addresses; replaced in tests. */
  @FunctionalInterface
  interface Lookup {
    List<InetAddress> addresses(String name) throws UnknownHostException;
  }

  /** Is told, without the lock, what the replicas' standing asks for. */
  interface Watcher {
    /** Those who wait for this replica should try another. */
    void onSilent(InetSocketAddress replica);

    /** There will be a replica to probe after this time. */
    void onProbeDue(long nanos);

    /** Before there is one. */
    record None() implements Watcher {
      @Override
      public void onSilent(InetSocketAddress replica) {}

      @Override
      public void onProbeDue(long nanos) {}
    }
  }

  /** A name in use is looked at again after this time; a look-up may be due. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Lookup lookup;
  private final RandomGenerator random;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Names<Endpoint, InetSocketAddress> names;
  private final Replicas<InetSocketAddress> replicas;
  private final Hedging hedging;
  private final Hedging noHedging = Hedging.off();
  private final Map<Endpoint, IOException> lookupFailures = new HashMap<>();
  private boolean closed;
  private Watcher watcher = new Watcher.None();
  private volatile long lookAgainAt = System.nanoTime();
  private volatile long lastUse = System.nanoTime();

  ReplicaSet(List<Endpoint> endpoints, Lookup lookup, Hedging hedging, RandomGenerator random) {
    this.lookup = lookup;
    this.random = random;
    this.hedging = hedging;
    names = new Names<>(endpoints, ReplicaSet::literal);
    replicas = new Replicas<>(random, ReplicaSet::text);
    replicas.onNames(System.nanoTime(), names.addresses());
  }

  /** Whom to tell; once, before the first use. */
  void watch(Watcher watcher) {
    this.watcher = watcher;
  }

  private static Optional<InetSocketAddress> literal(Endpoint endpoint) {
    return endpoint.isLiteral()
        ? Optional.of(
            new InetSocketAddress(InetAddress.ofLiteral(endpoint.host()), endpoint.port()))
        : Optional.empty();
  }

  /** An address as we write it: {@code 10.0.0.1:5000} or {@code [::1]:5000}. */
  static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    boolean brackets = address.getAddress() instanceof Inet6Address;
    return (brackets ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /**
   * A call begins: sees to it that what is known is a second old at most. Waits until the deadline
   * while nothing is known, but no longer than the look-ups take; a moment if it is only old.
   */
  void use(long deadline) throws InterruptedException {
    long now = System.nanoTime();
    lastUse = now;
    if (lookAgainAt - now > 0) {
      return;
    }
    lock.lock();
    try {
      names.use(now).forEach(this::startLookup);
      for (long wait = waitNanos(deadline); wait > 0; wait = waitNanos(deadline)) {
        changed.awaitNanos(wait);
      }
      if (!replicas.isEmpty()) {
        lookAgainAt = System.nanoTime() + LOOK_NANOS;
      }
    } finally {
      lock.unlock();
    }
    tell();
  }

  private long waitNanos(long deadline) {
    long now = System.nanoTime();
    return closed ? 0 : Math.min(names.patienceNanos(now), deadline - now);
  }

  /** True if a call was made lately, so that it is worth knowing who is there. */
  boolean isInUse() {
    return System.nanoTime() - lastUse < TimeUnit.SECONDS.toNanos(30);
  }

  /** The plan of a call that begins now. */
  CallPlan<InetSocketAddress> plan(
      Policy policy, boolean idempotent, boolean hedged, long timeoutNanos, long attemptNanos) {
    lock.lock();
    try {
      return new CallPlan<>(
          replicas,
          hedged ? hedging : noHedging,
          random,
          policy,
          idempotent,
          System.nanoTime(),
          timeoutNanos,
          attemptNanos);
    } finally {
      lock.unlock();
    }
  }

  /** {@link CallPlan#next}. */
  CallPlan.Step<InetSocketAddress> next(CallPlan<InetSocketAddress> plan) {
    CallPlan.Step<InetSocketAddress> step;
    boolean silent;
    lock.lock();
    try {
      step = plan.next(System.nanoTime());
      silent = replicas.hasSilent();
    } finally {
      lock.unlock();
    }
    if (silent) {
      tell();
    }
    return step;
  }

  /** Replies came from the replica: one for each latency. */
  void answered(InetSocketAddress replica, long[] latencies, int count) {
    long now = System.nanoTime();
    lock.lock();
    try {
      for (int i = 0; i < count; i++) {
        replicas.onAnswer(now, replica, latencies[i]);
        hedging.onAnswer(latencies[i]);
      }
    } finally {
      lock.unlock();
    }
  }

  /** A call ended without an answer, or was taken back before it was written. */
  void ended(InetSocketAddress replica, boolean written) {
    lock.lock();
    try {
      if (written) {
        replicas.onUnanswered(replica);
      } else {
        replicas.onWithdrawn(replica);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The replica refused, broke a connection or goes away. */
  void down(InetSocketAddress replica) {
    lock.lock();
    try {
      replicas.onDown(System.nanoTime(), replica);
    } finally {
      lock.unlock();
    }
    tell();
    renew();
  }

  /** A call that was sent then has no answer yet. */
  void overdue(InetSocketAddress replica, long sentAt) {
    lock.lock();
    try {
      replicas.onOverdue(System.nanoTime(), replica, sentAt);
    } finally {
      lock.unlock();
    }
    tell();
  }

  /** Gives each replica that is to be probed now to the prober. */
  void probe(Consumer<InetSocketAddress> prober) {
    while (true) {
      Optional<InetSocketAddress> replica;
      lock.lock();
      try {
        replica = replicas.pollProbe(System.nanoTime());
      } finally {
        lock.unlock();
      }
      if (replica.isEmpty()) {
        tell();
        return;
      }
      prober.accept(replica.get());
    }
  }

  /** A probe ended. */
  void probed(InetSocketAddress replica, boolean answered) {
    long now = System.nanoTime();
    lock.lock();
    try {
      if (answered) {
        replicas.onProbeAnswered(now, replica);
      } else {
        replicas.onProbeFailed(now, replica);
      }
    } finally {
      lock.unlock();
    }
    tell();
  }

  private void tell() {
    while (true) {
      Optional<InetSocketAddress> silent;
      long probeNanos;
      lock.lock();
      try {
        silent = replicas.pollSilent();
        probeNanos = replicas.nextProbeNanos(System.nanoTime());
      } finally {
        lock.unlock();
      }
      if (silent.isEmpty()) {
        if (probeNanos != Long.MAX_VALUE) {
          watcher.onProbeDue(probeNanos);
        }
        return;
      }
      watcher.onSilent(silent.get());
    }
  }

  /** Looks all names up again, in the background: an attempt has failed. */
  void renew() {
    lock.lock();
    try {
      if (!closed) {
        for (Endpoint name : names.renew(System.nanoTime())) {
          startLookup(name);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Why names have no address. */
  Map<Endpoint, IOException> failures() {
    lock.lock();
    try {
      var failures = new LinkedHashMap<Endpoint, IOException>();
      for (Endpoint name : names.withoutAddress()) {
        IOException reason = lookupFailures.get(name);
        failures.put(
            name, reason == null ? new UnknownHostException("no answer to the look-up") : reason);
      }
      return failures;
    } finally {
      lock.unlock();
    }
  }

  /** What is known of each replica. */
  List<Replicas.Snapshot<InetSocketAddress>> snapshot() {
    lock.lock();
    try {
      return replicas.snapshot();
    } finally {
      lock.unlock();
    }
  }

  /** How often a replica was ejected. */
  long ejections() {
    lock.lock();
    try {
      return replicas.ejections();
    } finally {
      lock.unlock();
    }
  }

  /** Sends waiting callers away, and starts no more look-ups. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void startLookup(Endpoint name) {
    Thread.ofPlatform()
        .daemon()
        .name("twincast-lookup-" + name.host())
        .start(() -> lookUp(name)); // it needs the lock to finish
  }

  private void lookUp(Endpoint name) {
    List<InetSocketAddress> found = List.of();
    IOException reason = new UnknownHostException("no address");
    try {
      found =
          lookup.addresses(name.host()).stream()
              .map(address -> new InetSocketAddress(address, name.port()))
              .distinct()
              .toList();
    } catch (UnknownHostException e) {
      reason = e;
    } catch (RuntimeException e) {
      // A resolver that the application has installed may throw anything.
      reason = new IOException(e);
    } finally {
      finish(name, found, reason);
    }
  }

  private void finish(Endpoint name, List<InetSocketAddress> found, IOException reason) {
    lock.lock();
    try {
      lookupFailures.put(name, reason);
      if (found.isEmpty()) {
        names.onFailure(name);
      } else {
        names.onAnswer(name, found);
        replicas.onNames(System.nanoTime(), names.addresses());
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
