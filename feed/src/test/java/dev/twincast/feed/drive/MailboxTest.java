package dev.twincast.feed.drive;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.feed.machine.Channel;
import dev.twincast.feed.machine.Machine;
import dev.twincast.feed.machine.Transmit;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class MailboxTest {
  private static final int AT_ONCE = 200; // well within what a receive buffer keeps

  private final ReentrantLock lock = new ReentrantLock();
  private final Arrivals arrivals = new Arrivals();
  private final AtomicInteger foundByTheBusy = new AtomicInteger();
  private @Nullable Mailbox mailbox;

  @Test
  void oneDatagramIsBroughtByTheThreadThatWaitsForIt() throws Exception {
    try (Mailbox _ = mailbox(this::openLocked)) {
      send(1);
      arrivals.await(1);
    }
  }

  @Test
  void whoHasTheMachineFindsWhatTheThreadCouldNotOpen() throws Exception {
    try (Mailbox mailbox = mailbox(() -> false)) {
      Thread busy = Thread.ofPlatform().daemon().start(() -> beBusy(mailbox));
      send(3);
      arrivals.await(3);
      busy.interrupt();
      busy.join();
    }
  }

  @Test
  void whatComesDenselyIsLeftToWhoIsBusyAnyway() throws Exception {
    try (Mailbox mailbox = mailbox(this::openLocked)) {
      Thread busy = Thread.ofPlatform().daemon().start(() -> beBusy(mailbox));
      int sent = 0;
      while (foundByTheBusy.get() == 0) {
        send(AT_ONCE);
        sent += AT_ONCE;
        arrivals.await(sent);
      }
      busy.interrupt();
      busy.join();
    }
  }

  @Test
  void whatTheBusyDoNotOpenIsBroughtAllTheSame() throws Exception {
    var isFirst = new CountDownLatch(1);
    try (Mailbox _ =
        mailbox(() -> {
          isFirst.countDown();
          return isFirst.getCount() == 0 && openLocked();
        })) {
      send(3);
      arrivals.await(3);
    }
  }

  @Test
  void closingFreesThePort() throws Exception {
    mailbox(this::openLocked).close();
    try (var again = new DatagramSocket(arrivals.address)) {
      assertTrue(again.isBound());
    }
  }

  private Mailbox mailbox(Mailbox.OnMail onMail) throws IOException {
    DatagramChannel socket = DatagramChannel.open();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    arrivals.address = (InetSocketAddress) socket.getLocalAddress();
    var mailbox =
        new Mailbox(
            "test",
            arrivals,
            Map.of(Channel.ASK, socket),
            new SimulatedLoss(0, new SplittableRandom(1)),
            onMail);
    this.mailbox = mailbox;
    mailbox.start();
    return mailbox;
  }

  private boolean openLocked() {
    lock.lock();
    try {
      var _ = Objects.requireNonNull(mailbox).open(System.nanoTime());
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void beBusy(Mailbox mailbox) {
    while (!Thread.interrupted()) {
      lock.lock();
      try {
        int before = arrivals.count();
        mailbox.look(System.nanoTime());
        foundByTheBusy.addAndGet(arrivals.count() - before);
      } finally {
        lock.unlock();
      }
      Thread.onSpinWait();
    }
  }

  private void send(int datagrams) throws IOException {
    try (DatagramChannel sender = DatagramChannel.open()) {
      for (int i = 0; i < datagrams; i++) {
        sender.send(ByteBuffer.wrap(new byte[20]), arrivals.address);
      }
    }
  }

  /** A machine that counts. */
  private static final class Arrivals implements Machine {
    InetSocketAddress address = new InetSocketAddress(0);
    private int count;

    @Override
    public synchronized void onDatagram(
        long now, Channel channel, InetSocketAddress from, ByteBuffer packet) {
      count++;
      notifyAll();
    }

    synchronized int count() {
      return count;
    }

    synchronized void await(int expected) throws InterruptedException {
      while (count < expected) {
        wait();
      }
    }

    @Override
    public void onTimeout(long now) {}

    @Override
    public long nextTimeout() {
      return NEVER;
    }

    @Override
    public boolean pollTransmit(long now, Transmit out) {
      return false;
    }
  }
}
