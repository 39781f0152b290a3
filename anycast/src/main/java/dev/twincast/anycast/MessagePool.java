package dev.twincast.anycast;

import dev.twincast.anycast.net.client.Loop;
import dev.twincast.anycast.net.client.MessageConnection;
import dev.twincast.anycast.net.client.Parcel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * The connections of the message service to all replicas: few for each, shared by all calls.
 *
 * <p>A connection that stays silent for a second takes no more calls, and one that nobody uses for
 * half a minute is closed, before a server does it while a request is on its way.
 */
final class MessagePool implements MessageConnection.Owner {

  /** So many parcels on a connection are worth another one. */
  private static final int DEEP = 64;

  private static final int MOST_CONNECTIONS = 4;
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long HOPELESS_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Loop loop;
  private final ReplicaSet replicas;
  private final int maxReplyBytes;
  private final long dialNanos;
  private final Map<InetSocketAddress, List<MessageConnection>> open = new ConcurrentHashMap<>();
  private final Set<MessageConnection> all = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean ticking = new AtomicBoolean();
  private final LongAdder goneAway = new LongAdder();
  private final LongAdder malformed = new LongAdder();
  private volatile boolean closed;

  MessagePool(Loop loop, ReplicaSet replicas, int maxReplyBytes, long dialNanos) {
    this.loop = loop;
    this.replicas = replicas;
    this.maxReplyBytes = maxReplyBytes;
    this.dialNanos = dialNanos;
  }

  /**
   * Hands the parcel to a connection to the replica.
   *
   * @param avoid connections that have a copy of the call already
   * @return the connection; empty if the replica cannot take more
   */
  Optional<MessageConnection> send(
      InetSocketAddress replica, Parcel parcel, Collection<MessageConnection> avoid) {
    while (!closed) {
      Optional<MessageConnection> known = enough(open.getOrDefault(replica, List.of()), avoid);
      if (known.isEmpty()) {
        Optional<MessageConnection> opened = open(replica, parcel, avoid);
        if (opened.isPresent()) {
          return opened;
        }
      } else if (known.get().offer(parcel)) {
        return known;
      } else if (isOpen(known.get())) { // but full
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private boolean isOpen(MessageConnection connection) {
    return open.getOrDefault(connection.replica(), List.of()).contains(connection);
  }

  /** A new connection with this parcel; empty if another caller has opened one just now. */
  private Optional<MessageConnection> open(
      InetSocketAddress replica, Parcel parcel, Collection<MessageConnection> avoid) {
    var fresh = new MessageConnection(loop, replica, maxReplyBytes, this);
    fresh.offer(parcel); // before it is dialled, since that may fail at once
    List<MessageConnection> connections =
        open.compute(
            replica,
            (r, now) -> {
              List<MessageConnection> others = now == null ? List.of() : now;
              return enough(others, avoid).isPresent() ? others : joined(others, List.of(fresh));
            });
    if (!connections.contains(fresh)) {
      return Optional.empty();
    }
    begin(fresh);
    return Optional.of(fresh);
  }

  /** The connection with the least to do, if another one would not be better. */
  private static Optional<MessageConnection> enough(
      List<MessageConnection> connections, Collection<MessageConnection> avoid) {
    return leastOwed(connections, avoid)
        .filter(best -> best.owed() < DEEP || connections.size() >= MOST_CONNECTIONS);
  }

  private static Optional<MessageConnection> leastOwed(
      List<MessageConnection> connections, Collection<MessageConnection> avoid) {
    MessageConnection best = null;
    for (MessageConnection connection : connections) {
      if (!avoid.contains(connection) && (best == null || connection.owed() < best.owed())) {
        best = connection;
      }
    }
    return Optional.ofNullable(best);
  }

  private void begin(MessageConnection connection) {
    all.add(connection);
    connection.dial(
        dialNanos, new SocketTimeoutException("no connection within " + Durations.text(dialNanos)));
    if (closed) {
      connection.close(new IOException("this client is closed"));
    } else if (ticking.compareAndSet(false, true)) {
      loop.after(TICK_NANOS, this::tick);
    }
  }

  /**
   * Finds out whether the replica answers, on a new connection, which then is one for calls.
   *
   * @param limitNanos after that it has not answered
   */
  void probe(InetSocketAddress replica, long limitNanos) {
    var probe = new Probe(replica, System.nanoTime() + limitNanos);
    probe.connection.offer(probe.ping);
    begin(probe.connection);
    loop.after(limitNanos, probe);
  }

  /** A ping on a connection of its own; it is run when the ping ends, and when its time is over. */
  private final class Probe implements Runnable {
    final MessageConnection connection;
    final Parcel ping = Parcel.ping(this);
    private final long deadline;
    private final AtomicBoolean told = new AtomicBoolean();

    Probe(InetSocketAddress replica, long deadline) {
      this.deadline = deadline;
      connection = new MessageConnection(loop, replica, maxReplyBytes, MessagePool.this);
    }

    @Override
    public void run() {
      boolean answered = ping.state() == Parcel.State.ANSWERED;
      boolean over = answered || ping.hasEnded() || System.nanoTime() - deadline >= 0;
      if (!over || !told.compareAndSet(false, true)) {
        return;
      }
      if (answered) {
        open.merge(connection.replica(), List.of(connection), MessagePool::joined);
      }
      replicas.probed(connection.replica(), answered);
      if (!answered) {
        connection.close(new IOException("no pong"));
      }
    }
  }

  /** The replica has fallen silent: its connections get no more calls, and who waits is woken. */
  void giveUp(InetSocketAddress replica) {
    List<MessageConnection> silent = open.remove(replica);
    if (silent != null) {
      silent.forEach(MessageConnection::wakeCallers);
      silent.forEach(MessageConnection::retire);
    }
  }

  long goneAway() {
    return goneAway.sum();
  }

  long malformed() {
    return malformed.sum();
  }

  void close() {
    closed = true;
    open.clear();
    all.forEach(connection -> connection.close(new IOException("this client is closed")));
  }

  @Override
  public void onAnswers(MessageConnection from, long[] latencies, int count) {
    replicas.answered(from.replica(), latencies, count);
  }

  @Override
  public void onUnanswered(MessageConnection from, boolean written) {
    replicas.ended(from.replica(), written);
  }

  @Override
  public void onLeaving(MessageConnection from) {
    goneAway.increment();
    withdraw(from);
    replicas.down(from.replica());
  }

  @Override
  public void onMalformed(MessageConnection from) {
    malformed.increment();
    replicas.down(from.replica());
  }

  @Override
  public void onClosed(MessageConnection from, boolean broken) {
    all.remove(from);
    withdraw(from);
    if (broken) {
      replicas.down(from.replica());
    }
  }

  private void withdraw(MessageConnection connection) {
    InetSocketAddress replica = connection.replica();
    List<MessageConnection> now = open.get(replica);
    while (now != null && now.contains(connection) && !replaced(replica, now, connection)) {
      now = open.get(replica); // another thread has changed it
    }
  }

  private boolean replaced(
      InetSocketAddress replica, List<MessageConnection> now, MessageConnection gone) {
    List<MessageConnection> rest = new ArrayList<>(now);
    rest.remove(gone);
    return rest.isEmpty()
        ? open.remove(replica, now)
        : open.replace(replica, now, List.copyOf(rest));
  }

  /** On the loop's thread. */
  private void tick() {
    long now = System.nanoTime();
    for (MessageConnection connection : all) {
      OptionalLong since = connection.silentSince();
      long silence = since.isPresent() ? now - since.getAsLong() : 0;
      if (silence >= HOPELESS_NANOS) {
        connection.close(new IOException("no answer for a minute"));
      } else if (silence >= SILENT_NANOS) {
        withdraw(connection);
        replicas.overdue(connection.replica(), since.getAsLong());
      } else if (connection.isIdle(now, IDLE_NANOS)) {
        withdraw(connection);
        connection.retire();
      }
    }
    ticking.set(false);
    if (!all.isEmpty() && ticking.compareAndSet(false, true)) {
      loop.after(TICK_NANOS, this::tick);
    }
  }

  private static List<MessageConnection> joined(
      List<MessageConnection> some, List<MessageConnection> others) {
    var all = new ArrayList<>(some);
    all.addAll(others);
    return List.copyOf(all);
  }
}
