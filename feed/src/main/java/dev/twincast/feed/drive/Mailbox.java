package dev.twincast.feed.drive;

import dev.twincast.feed.machine.Channel;
import dev.twincast.feed.machine.Machine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Datagrams that come by a party's own sockets: requests and answers. A thread of its own waits for
 * them, {@code twincast-feed-NAME-mail}.
 *
 * <p>While they come densely, and others are busy with the machine all the time, these look for
 * them between two batches, and that thread does not wait: to wake it costs who sends and who
 * receives more than the datagram does, and on a busy processor it would have to queue.
 */
final class Mailbox implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Mailbox.class.getPackageName());
  private static final int MAX_DATAGRAM_BYTES = 65_535;
  private static final int MAX_AT_ONCE = 64;

  /** What comes within this time of each other is dense; and how long others are relied on. */
  private static final long WATCH_NANOS = 1_000_000;

  /** How long the thread leaves the machine to who has it, before it tries once more. */
  private static final long BUSY_NANOS = 100_000;

  private final Machine machine;
  private final SimulatedLoss loss;
  private final Map<Channel, DatagramChannel> sockets;
  private final Selector selector;
  private final Thread carrier;

  private final ByteBuffer packet = ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES); // with the lock

  /** Whether those who are busy with the machine look for mail. */
  private volatile boolean isWatched;

  /** How often others looked, and how many datagrams they found. */
  private final AtomicLong looks = new AtomicLong();

  private final AtomicLong found = new AtomicLong();

  /**
   * @param sockets are closed with it
   * @param onMail is called by the mailbox's thread: opens it, or sees to it that somebody does
   *     soon, and says whether it did itself
   */
  Mailbox(
      String name,
      Machine machine,
      Map<Channel, DatagramChannel> sockets,
      SimulatedLoss loss,
      OnMail onMail)
      throws IOException {
    this.machine = machine;
    this.loss = loss;
    this.sockets = Map.copyOf(sockets);
    selector = Selector.open();
    carrier = Thread.ofPlatform().daemon().name(name + "-mail").unstarted(() -> carry(onMail));
    for (DatagramChannel socket : sockets.values()) {
      socket.configureBlocking(false).register(selector, SelectionKey.OP_READ);
    }
  }

  /** What the thread does when something has come. */
  @FunctionalInterface
  interface OnMail {
    boolean open();
  }

  void start() {
    carrier.start();
  }

  /** Gives the machine what has come, if that is left to who is busy with it. With the lock. */
  void look(long now) {
    if (Thread.currentThread() != carrier) {
      looks.incrementAndGet();
    }
    if (isWatched) {
      found.addAndGet(open(now));
    }
  }

  /** Gives the machine what has come; returns how many datagrams. With the lock. */
  int open(long now) {
    int count = 0;
    for (var socket : sockets.entrySet()) {
      count += open(now, socket.getKey(), socket.getValue());
    }
    return count;
  }

  private int open(long now, Channel channel, DatagramChannel socket) {
    int count = 0;
    try {
      InetSocketAddress from;
      while (count < MAX_AT_ONCE
          && (from = (InetSocketAddress) socket.receive(packet.clear())) != null) {
        count++;
        if (!loss.hits()) {
          machine.onDatagram(now, channel, from, packet.flip());
        }
      }
    } catch (IOException e) {
      // An ICMP error of an earlier datagram, for one: its recorder is not there.
      LOG.log(System.Logger.Level.DEBUG, "receiving by {0}: {1}", channel, e);
    }
    return count;
  }

  private void carry(OnMail onMail) {
    long cameAt = System.nanoTime() - WATCH_NANOS;
    try {
      while (selector.isOpen()) {
        long before = looks.get();
        selector.select(_ -> {});
        long now = System.nanoTime();
        if (!onMail.open()) {
          leave(BUSY_NANOS);
        } else if (now - cameAt < WATCH_NANOS && looks.get() != before) {
          leaveWhileDense();
        }
        cameAt = now;
        var _ = Thread.interrupted(); // by a handler, which ran on this thread: it would not wait
      }
    } catch (ClosedSelectorException closed) {
      // Closed: that is all.
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "no more requests and answers are received", e);
    }
  }

  private void leaveWhileDense() {
    long looksBefore;
    long foundBefore;
    do {
      looksBefore = looks.get();
      foundBefore = found.get();
      leave(WATCH_NANOS);
    } while (looks.get() != looksBefore && found.get() != foundBefore && selector.isOpen());
  }

  private void leave(long nanos) {
    isWatched = true;
    LockSupport.parkNanos(this, nanos);
    isWatched = false;
  }

  @Override
  public void close() throws IOException {
    for (DatagramChannel socket : sockets.values()) {
      socket.close();
    }
    selector.close(); // not before: it gives up the sockets that are closed
  }
}
