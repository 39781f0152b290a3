package dev.twincast.anycast;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One exchange with one replica, on a connection of its own.
 *
 * <p>Its time is kept by closing the socket from another thread: that ends connecting, reading,
 * writing and being fed drop by drop alike, which no socket option does.
 */
final class Attempt {

  private enum State {
    RUNNING,
    DONE,
    OUT_OF_TIME,
    ABANDONED
  }

  /** Decides between the thread that runs the attempt and those that would end it. */
  private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);

  private final Socket socket;
  private boolean connected; // only the running thread

  Attempt() throws IOException {
    // The socket of a channel, since an interrupt closes it whatever kind of thread waits on it.
    socket = SocketChannel.open().socket();
  }

  /**
   * Connects and runs the exchange. The socket is left open only if it returns.
   *
   * @throws SocketTimeoutException if that took longer than the limit
   */
  <T> T run(
      InetSocketAddress replica,
      IdempotentExchange<T> exchange,
      ScheduledExecutorService timers,
      long limitNanos)
      throws IOException {
    Future<?> timer =
        timers.schedule(() -> end(State.OUT_OF_TIME), limitNanos, TimeUnit.NANOSECONDS);
    try {
      connect(replica);
      T reply = exchange.on(socket);
      if (state.compareAndSet(State.RUNNING, State.DONE)) {
        return reply;
      }
      throw new IOException("the reply came too late");
    } catch (IOException e) {
      throw state.get() == State.OUT_OF_TIME ? outOfTime(limitNanos, e) : e;
    } finally {
      timer.cancel(false);
      if (state.get() != State.DONE) {
        closeQuietly(socket);
      }
    }
  }

  /** Ends the attempt if it has not ended yet, also from another thread. */
  void abandon() {
    end(State.ABANDONED);
  }

  static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed nevertheless, and nobody waits for anything on it.
    }
  }

  private void connect(InetSocketAddress replica) throws IOException {
    socket.setTcpNoDelay(true);
    socket.connect(replica);
    // Nobody listens, but the kernel happened to choose the same port for our side: TCP then
    // connects a socket to itself, and we would read our own request as the reply.
    if (replica.equals(socket.getLocalSocketAddress())) {
      throw new ConnectException("Connection refused");
    }
    connected = true;
  }

  private void end(State reason) {
    if (state.compareAndSet(State.RUNNING, reason)) {
      closeQuietly(socket);
    }
  }

  private SocketTimeoutException outOfTime(long limitNanos, IOException cause) {
    String what = connected ? "no answer within " : "no connection within ";
    var timeout = new SocketTimeoutException(what + Durations.text(limitNanos));
    timeout.initCause(cause);
    return timeout;
  }
}
