package dev.twincast.anycast.net.server;

import dev.twincast.anycast.message.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a loop waits for its connections, and perhaps for new ones. For one thread, except {@link
 * #wakeup}.
 */
interface Poller {

  /** Told what is ready, by {@link #await}. */
  interface Events {
    void onAcceptable();

    void onReady(Object attachment, boolean readable, boolean writable);
  }

  /** An accepted connection, which may be added to any poller of the same kind. */
  interface Link extends Wire {}

  /**
   * Listens; returns the port.
   *
   * @throws java.net.BindException says why not, and what can be done
   */
  int listen(InetSocketAddress address) throws IOException;

  /** Whether to be told of new connections; true at first. */
  void acceptable(boolean wanted) throws IOException;

  /** Stops listening. Idempotent. */
  void stopListening() throws IOException;

  /** A new connection; null if there is none. */
  @Nullable Link accept() throws IOException;

  /** Begins to watch a connection for input; the attachment says which it is. */
  void add(Link link, Object attachment) throws IOException;

  /** Waits for at most so long, or until woken, and tells what is ready. */
  void await(long nanos, Events events) throws IOException;

  /** Ends a wait of now or later. Thread-safe. */
  void wakeup();

  /** Stops listening; connections are closed by their owners before. */
  void close() throws IOException;
}
