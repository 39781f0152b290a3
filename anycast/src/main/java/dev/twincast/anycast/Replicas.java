package dev.twincast.anycast;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of all names given to a client: a second old at most, if look-ups do not take long.
 *
 * <p>A look-up can hang for many seconds, so each runs on a daemon thread of its own ({@code
 * twincast-lookup-NAME}), one at a time for a name. Old addresses are used while a new look-up
 * takes long, and kept when it fails. All state is guarded by {@link #lock}, which is never held
 * during a look-up.
 */
final class Replicas {

  /** Names to addresses; replaced in tests. */
  @FunctionalInterface
  interface Lookup {
    List<InetAddress> addresses(String name) throws UnknownHostException;
  }

  /** Older answers are not used if a newer one can be had within {@link #PATIENCE_NANOS}. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Renewed this early, a name in steady use is never found stale, and nobody waits for it. */
  private static final long RENEW_NANOS = FRESH_NANOS / 2;

  /** Failed attempts ask for a look-up at once; a thousand failing callers need only one. */
  private static final long RENEW_AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** How long a look-up may delay callers that could do with what is known. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Lookup lookup;
  private final List<Name> names;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean closed;

  Replicas(List<Endpoint> endpoints, Lookup lookup) {
    this.lookup = lookup;
    this.names = endpoints.stream().distinct().map(Name::new).toList();
  }

  /**
   * The addresses to choose from. Waits until the deadline while there is none, but no longer than
   * the look-ups take: it is empty when all have failed.
   *
   * @param deadline of {@link System#nanoTime}
   */
  List<InetSocketAddress> known(long deadline) throws InterruptedException {
    lock.lock();
    try {
      long now = System.nanoTime();
      names.forEach(name -> name.renewIfOlder(RENEW_NANOS, now));
      for (long wait = waitNanos(deadline); wait > 0; wait = waitNanos(deadline)) {
        changed.awaitNanos(wait);
      }
      return names.stream().flatMap(name -> name.addresses.stream()).distinct().toList();
    } finally {
      lock.unlock();
    }
  }

  /** Looks all names up again, in the background: an attempt has failed. */
  void renew() {
    lock.lock();
    try {
      long now = System.nanoTime();
      names.forEach(name -> name.renewIfOlder(RENEW_AFTER_FAILURE_NANOS, now));
    } finally {
      lock.unlock();
    }
  }

  /** Why names have no address. */
  Map<Endpoint, IOException> failures() {
    lock.lock();
    try {
      var failures = new LinkedHashMap<Endpoint, IOException>();
      for (Name name : names) {
        if (name.addresses.isEmpty()) {
          failures.put(name.endpoint, name.failure());
        }
      }
      return failures;
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

  private long waitNanos(long deadline) {
    if (closed) {
      return 0;
    }
    long now = System.nanoTime();
    boolean nothingKnown = names.stream().allMatch(name -> name.addresses.isEmpty());
    long longest = 0;
    for (Name name : names) {
      if (name.lookingUp && !name.isFresh(now)) {
        long patience = nothingKnown ? Long.MAX_VALUE : name.lookupStart + PATIENCE_NANOS - now;
        longest = Math.max(longest, patience);
      }
    }
    return Math.min(longest, deadline - now);
  }

  /** One name and what is known of it. Guarded by the lock. */
  private final class Name {
    final Endpoint endpoint;
    final boolean literal;
    List<InetSocketAddress> addresses = List.of();
    @Nullable IOException failure;
    boolean lookingUp;
    long lookupStart;

    /** When the last finished look-up was started. */
    long asOf;

    boolean everLookedUp;

    Name(Endpoint endpoint) {
      this.endpoint = endpoint;
      this.literal = endpoint.isLiteral();
      if (literal) {
        InetAddress address = InetAddress.ofLiteral(endpoint.host());
        addresses = List.of(new InetSocketAddress(address, endpoint.port()));
      }
    }

    boolean isFresh(long now) {
      return literal || (everLookedUp && now - asOf <= FRESH_NANOS);
    }

    void renewIfOlder(long ageNanos, long now) {
      if (literal || lookingUp || closed || (everLookedUp && now - asOf < ageNanos)) {
        return;
      }
      Thread.ofPlatform().daemon().name("twincast-lookup-" + endpoint.host()).start(this::lookUp);
      lookingUp = true; // not if the thread could not be started; and it needs the lock to finish
      lookupStart = now;
    }

    IOException failure() {
      if (failure != null) {
        return failure;
      }
      return new UnknownHostException(everLookedUp ? "no address" : "no answer to the look-up");
    }

    private void lookUp() {
      List<InetSocketAddress> found = List.of();
      IOException reason = null;
      try {
        found =
            lookup.addresses(endpoint.host()).stream()
                .map(address -> new InetSocketAddress(address, endpoint.port()))
                .toList();
      } catch (UnknownHostException e) {
        reason = e;
      } catch (RuntimeException e) {
        // A resolver that the application has installed may throw anything.
        reason = new IOException(e);
      } finally {
        finish(found, reason);
      }
    }

    private void finish(List<InetSocketAddress> found, @Nullable IOException reason) {
      lock.lock();
      try {
        if (!found.isEmpty()) {
          addresses = found;
        }
        failure = reason;
        lookingUp = false;
        everLookedUp = true;
        asOf = lookupStart;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
