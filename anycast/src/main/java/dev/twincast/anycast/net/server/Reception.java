package dev.twincast.anycast.net.server;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Accepts connections for all loops of an engine, in the thread of the first. */
final class Reception {

  private static final System.Logger LOG = System.getLogger(Reception.class.getName());

  /** Taken in a row before conversations have their turn. */
  private static final int MOST_AT_ONCE = 64;

  /** After a failure to accept, such as too many open files: soon, yet no busy loop. */
  private static final long TRY_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Poller poller;
  private final MessageEngine engine;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** A file descriptor to give up for the log, which may need one when all others are in use. */
  private final SocketChannel spare = SocketChannel.open();

  private boolean failureLogged;
  private boolean paused;
  private long tryAgain;
  private boolean stopping;
  private long settled;
  private long deadline;

  Reception(Poller poller, MessageEngine engine) throws IOException {
    this.poller = poller;
    this.engine = engine;
  }

  /** Takes connections that wait; how many. */
  int receive() {
    int taken = 0;
    try {
      for (Poller.Link link = poller.accept(); link != null; link = poller.accept()) {
        engine.admit(link);
        if (++taken == MOST_AT_ONCE) {
          return taken;
        }
      }
    } catch (IOException e) {
      // Clients wait in the queue, or try another replica.
      logOnce(e);
      pause();
    }
    return taken;
  }

  /** Goes on until settled, and then until none is queued, but not beyond the deadline. */
  void stop(long settled, long deadline) {
    stopping = true;
    this.settled = settled;
    this.deadline = deadline;
    onTick(System.nanoTime());
  }

  /** Waits until it has stopped; from any thread. */
  void awaitStopped(long nanos) throws InterruptedException {
    boolean _ = stopped.await(nanos, TimeUnit.NANOSECONDS);
  }

  void onTick(long now) {
    if (stopped.getCount() == 0) {
      return;
    }
    if (paused && tryAgain - now <= 0) {
      paused = false;
      acceptable(true);
    }
    if (stopping && isOver(now)) {
      close();
    }
  }

  /** Closing resets those that are still in the queue: so not while there are any. */
  private boolean isOver(long now) {
    if (now - deadline >= 0) {
      return true;
    }
    if (now - settled < 0) {
      return false;
    }
    int taken;
    do {
      taken = receive();
    } while (taken == MOST_AT_ONCE);
    return taken == 0;
  }

  private void pause() {
    paused = true;
    tryAgain = System.nanoTime() + TRY_AGAIN_NANOS;
    acceptable(false);
  }

  private void acceptable(boolean wanted) {
    try {
      poller.acceptable(wanted);
    } catch (IOException e) {
      logOnce(e);
    }
  }

  private void close() {
    try (spare) {
      poller.stopListening();
    } catch (IOException e) {
      logOnce(e);
    } finally {
      stopped.countDown();
    }
  }

  private void logOnce(IOException failure) {
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
}
