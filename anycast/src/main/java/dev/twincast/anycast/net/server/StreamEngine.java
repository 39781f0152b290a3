package dev.twincast.anycast.net.server;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import dev.twincast.anycast.Service;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/** Gives each connection to a {@link Service}, on a virtual thread of its own. */
public final class StreamEngine implements Engine {

  private static final System.Logger LOG = System.getLogger(StreamEngine.class.getName());

  private final Service service;
  private final long idleNanos;
  private final Counters counters;
  private final Occupancy occupancy;

  private final int port;
  private final Acceptor acceptor;
  private final ThreadFactory connectionThreads =
      Thread.ofVirtual().name("twincast-connection-", 1).factory();

  private final Map<StreamConnection, Thread> connections = new ConcurrentHashMap<>();
  private final Set<String> logged = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Begins to accept. */
  public StreamEngine(
      InetSocketAddress address,
      Service service,
      long idleNanos,
      Counters counters,
      Occupancy occupancy)
      throws IOException {
    this.service = service;
    this.idleNanos = idleNanos;
    this.counters = counters;
    this.occupancy = occupancy;
    ServerSocketChannel listener = SharedPort.listen(address);
    port = listener.socket().getLocalPort();
    try {
      long sweepNanos = Math.clamp(idleNanos / 4, 1_000_000, 1_000_000_000);
      acceptor = new Acceptor(listener, this::admit, this::cutIdle, sweepNanos);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void tellClients() {
    for (StreamConnection connection : connections.keySet()) {
      connection.drain(occupancy::tell);
    }
  }

  @Override
  public void awaitTold(long deadline) throws InterruptedException {
    occupancy.awaitTold(deadline);
  }

  @Override
  public void acceptLast(long settlingNanos, long deadline) throws InterruptedException {
    acceptor.stop(settlingNanos, deadline);
    tellClients();
  }

  @Override
  public boolean awaitAll(long deadline) throws InterruptedException {
    return occupancy.awaitAll(deadline);
  }

  @Override
  public void cutAll() {
    closed = true;
    acceptor.stopNow();
    connections.forEach((connection, thread) -> {
      connection.cut();
      thread.interrupt(); // it may wait for something else than its client
    });
  }

  @Override
  public void close() {
    acceptor.stopNow();
  }

  private void admit(SocketChannel channel) {
    if (!occupancy.enter()) {
      counters.refused.increment();
      StreamConnection.closeQuietly(channel); // at once: its client takes another replica
      return;
    }
    try {
      var connection = new StreamConnection(channel);
      Thread thread = connectionThreads.newThread(() -> serve(connection));
      connections.put(connection, thread);
      counters.accepted.increment();
      if (closed) {
        connection.cut(); // cutAll() may not see it
      }
      thread.start();
    } catch (IOException e) {
      // The client has gone already.
      StreamConnection.closeQuietly(channel);
      occupancy.leave(false);
    }
  }

  private void cutIdle() {
    long now = System.nanoTime();
    for (StreamConnection connection : connections.keySet()) {
      if (connection.isIdle(now, idleNanos) && !connection.wasCut()) {
        counters.idle.increment();
        connection.cut();
      }
    }
  }

  /** The thread of a connection. */
  private void serve(StreamConnection connection) {
    try {
      runService(connection);
      connection.finish();
    } finally {
      connection.cut();
      connections.remove(connection);
      occupancy.leave(connection.end());
    }
  }

  private void runService(StreamConnection connection) {
    try {
      service.serve(connection);
    } catch (Throwable e) { // also an Error harms only its connection
      if (!connection.wasCut()) {
        counters.failed.increment();
        logOnce(e instanceof IOException ? DEBUG : WARNING, "the service failed", e);
      }
    }
  }

  private void logOnce(System.Logger.Level level, String what, Throwable reason) {
    if (logged.add(what + reason.getClass())) {
      LOG.log(level, what + " (said once for each kind of failure)", reason);
    }
  }
}
