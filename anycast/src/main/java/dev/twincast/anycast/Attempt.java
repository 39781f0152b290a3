package dev.twincast.anycast;

import dev.twincast.anycast.net.client.Dial;
import dev.twincast.anycast.net.client.Loop;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One exchange on a connection of its own.
 *
 * <p>Its time is kept by closing the socket from another thread: that ends reading, writing and
 * being fed drop by drop alike, which no socket option does.
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

  /** Of a channel, since an interrupt closes it whatever kind of thread waits on it. */
  private final Socket socket;

  Attempt(Socket socket) {
    this.socket = socket;
  }

  /**
   * Runs the exchange. The socket is left open only if it returns.
   *
   * @param attemptNanos the whole attempt's time, for the message
   * @throws SocketTimeoutException if that took longer than what is left of it
   */
  <T> T run(IdempotentExchange<T> exchange, Loop loop, long leftNanos, long attemptNanos)
      throws IOException {
    Loop.Timer timer = loop.after(leftNanos, () -> end(State.OUT_OF_TIME));
    try {
      T reply = exchange.on(socket);
      if (state.compareAndSet(State.RUNNING, State.DONE)) {
        return reply;
      }
      throw new IOException("the reply came too late");
    } catch (IOException e) {
      throw state.get() == State.OUT_OF_TIME ? outOfTime(attemptNanos, e) : e;
    } finally {
      timer.cancel();
      if (state.get() != State.DONE) {
        Dial.closeQuietly(socket);
      }
    }
  }

  /** Ends the attempt if it has not ended yet, also from another thread. */
  void abandon() {
    end(State.ABANDONED);
  }

  private void end(State reason) {
    if (state.compareAndSet(State.RUNNING, reason)) {
      Dial.closeQuietly(socket);
    }
  }

  private static SocketTimeoutException outOfTime(long limitNanos, IOException cause) {
    var timeout = new SocketTimeoutException("no answer within " + Durations.text(limitNanos));
    timeout.initCause(cause);
    return timeout;
  }
}
