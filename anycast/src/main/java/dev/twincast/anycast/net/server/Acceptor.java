package dev.twincast.anycast.net.server;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Takes connections from a listening socket, on a thread of its own ({@code twincast-server-PORT}),
 * which lives until it is stopped. Nothing that goes wrong in accepting ends it before.
 */
final class Acceptor {

  private static final System.Logger LOG = System.getLogger(Acceptor.class.getName());

  /** Taken in a row before the next tick, even if more are waiting. */
  private static final int MOST_AT_ONCE = 4_096;

  /** After a failure to accept, such as too many open files: soon, yet no busy loop. */
  private static final long TRY_AGAIN_MILLIS = 50;

  private final ServerSocketChannel listener;
  private final Selector selector;
  private final Consumer<SocketChannel> taker;
  private final Runnable ticker;
  private final long tickNanos;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile long settled; // when stopping: until then also with nobody in the queue
  private volatile long deadline; // when stopping: no longer, whoever is in the queue
  private final Thread thread;

  /** A file descriptor to give up for the log, which may need one when all others are in use. */
  private final SocketChannel spare;

  private boolean failureLogged;

  /**
   * Begins to accept.
   *
   * @param listener bound; from now on this acceptor's, which closes it
   * @param taker gets each connection, on the accept thread
   * @param ticker runs every so often, on the accept thread
   */
  Acceptor(
      ServerSocketChannel listener, Consumer<SocketChannel> taker, Runnable ticker, long tickNanos)
      throws IOException {
    this.listener = listener;
    this.taker = taker;
    this.ticker = ticker;
    this.tickNanos = tickNanos;
    listener.configureBlocking(false);
    spare = SocketChannel.open();
    selector = Selector.open();
    listener.register(selector, SelectionKey.OP_ACCEPT);
    String name = "twincast-server-" + listener.socket().getLocalPort();
    thread = Thread.ofPlatform().name(name).start(this::acceptUntilStopped);
  }

  /**
   * Goes on for so long, and then until the kernel has none queued, but not beyond the deadline;
   * closes the listening socket, and waits until that is done.
   */
  void stop(long settlingNanos, long deadline) throws InterruptedException {
    this.settled = System.nanoTime() + settlingNanos;
    this.deadline = deadline;
    stopping.countDown();
    selector.wakeup();
    thread.join();
  }

  /** Closes the listening socket soon. */
  void stopNow() {
    long now = System.nanoTime();
    settled = now;
    deadline = now;
    stopping.countDown();
    selector.wakeup();
  }

  private void acceptUntilStopped() {
    long nextTick = System.nanoTime() + tickNanos;
    while (!isOver()) {
      awaitConnections(Math.min(nextTick - System.nanoTime(), untilSettled()));
      acceptWaiting();
      if (nextTick - System.nanoTime() <= 0) {
        ticker.run();
        nextTick = System.nanoTime() + tickNanos;
      }
    }
    close();
  }

  private long untilSettled() {
    return stopping.getCount() > 0 ? tickNanos : settled - System.nanoTime();
  }

  /** Closing resets those that are still in the queue: so not while there are any. */
  private boolean isOver() {
    if (stopping.getCount() > 0) {
      return false;
    }
    long now = System.nanoTime();
    return now - deadline >= 0 || (now - settled >= 0 && acceptWaiting() == 0);
  }

  private void awaitConnections(long nanos) {
    try {
      selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
      selector.selectedKeys().clear();
    } catch (IOException e) {
      logFailureOnce(e);
    }
  }

  /** How many were taken. */
  private int acceptWaiting() {
    int taken = 0;
    try {
      while (taken < MOST_AT_ONCE) {
        SocketChannel connection = listener.accept();
        if (connection == null) {
          break;
        }
        taken++;
        taker.accept(connection);
      }
    } catch (IOException e) {
      // Clients wait in the queue, or try another replica.
      logFailureOnce(e);
      pause();
    }
    return taken;
  }

  private void pause() {
    try {
      stopping.await(TRY_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Nobody has a reason to interrupt this thread; only stop() ends it.
    }
  }

  private void logFailureOnce(IOException failure) {
    if (!failureLogged) {
      failureLogged = true;
      try {
        spare.close();
        LOG.log(WARNING, "cannot accept connections, trying again (said once): " + failure);
      } catch (IOException e) {
        // Then without a word.
      }
    }
  }

  private void close() {
    try (selector;
        spare) {
      listener.close();
    } catch (IOException e) {
      logFailureOnce(e);
    }
  }
}
