package dev.twincast.multicast;

import static dev.twincast.multicast.Fixture.await;
import static dev.twincast.multicast.Fixture.freshGroup;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Nothing is allocated for a datagram, by the thread that sends nor by that of the handler. What is
 * not yet compiled allocates: so rounds of thousands are run until one allocates nothing at all.
 */
class AllocationTest {
  private static final long PATIENCE = Duration.ofSeconds(60).toNanos();
  private static final int DATAGRAMS = 20_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private interface Round {
    void run() throws IOException;
  }

  private interface Allocated {
    long bytes();
  }

  private static void assertAllocatesNothing(Allocated allocated, Round round) throws IOException {
    assertAllocates(0, allocated, round);
  }

  private static void assertAllocates(long mostBytes, Allocated allocated, Round round)
      throws IOException {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "Linux only");
    long start = System.nanoTime();
    long least = Long.MAX_VALUE;
    while (least > mostBytes && System.nanoTime() - start < PATIENCE) {
      long before = allocated.bytes();
      round.run();
      least = Math.min(least, allocated.bytes() - before);
    }
    assertTrue(least <= mostBytes, least + " bytes for " + DATAGRAMS + " datagrams, at best");
  }

  @Test
  void aSingleSendAllocatesNothing() throws IOException {
    ByteBuffer message = ByteBuffer.allocateDirect(64);
    try (var sender = MulticastSender.to(freshGroup().toString() + "%lo")) {
      assertAllocatesNothing(
          THREADS::getCurrentThreadAllocatedBytes,
          () -> {
            for (int i = 0; i < DATAGRAMS; i++) {
              sender.send(message.clear());
            }
          });
    }
  }

  @Test
  void aPacedSendAllocatesNothing() throws IOException {
    ByteBuffer message = ByteBuffer.allocateDirect(64);
    try (var sender = MulticastSender.builder(freshGroup()).rate(10_000_000).open()) {
      assertAllocatesNothing(
          THREADS::getCurrentThreadAllocatedBytes,
          () -> {
            for (int i = 0; i < DATAGRAMS; i++) {
              sender.send(message.clear());
            }
          });
    }
  }

  @Test
  void aBatchAllocatesNothing() throws IOException {
    byte[] message = new byte[1400];
    var batch = new MessageBatch();
    try (var sender = MulticastSender.builder(freshGroup()).open()) {
      assertAllocatesNothing(
          THREADS::getCurrentThreadAllocatedBytes,
          () -> {
            for (int sent = 0; sent < DATAGRAMS; sent += 100) {
              batch.clear();
              for (int i = 0; i < 100; i++) {
                batch.add(message);
              }
              sender.send(batch);
            }
          });
    }
  }

  /** But 32 bytes each time that two threads meet at its lock, and one has to wait. */
  @Test
  void gatheringAllocatesNothingForADatagram() throws IOException {
    ByteBuffer message = ByteBuffer.allocateDirect(64);
    try (var sender = MulticastSender.builder(freshGroup()).batching().open()) {
      assertAllocates(
          DATAGRAMS / 20,
          THREADS::getCurrentThreadAllocatedBytes,
          () -> {
            for (int i = 0; i < DATAGRAMS; i++) {
              sender.send(message.clear());
            }
          });
    }
  }

  @Test
  void theHandlersThreadAllocatesNothing() throws IOException {
    Group group = freshGroup();
    var heard = new AtomicLong();
    var sum = new AtomicLong();
    var handlersThread = new AtomicLong();
    var batch = new MessageBatch();
    while (batch.size() < 100) {
      batch.claim(200).putLong(batch.size());
    }
    try (var sender = MulticastSender.builder(group).open();
        var receiver =
            MulticastReceiver.builder(group)
                .handler(datagram -> {
                  ByteBuffer payload = datagram.payload();
                  sum.addAndGet(payload.getLong(payload.position()) + datagram.source().getPort());
                  handlersThread.setPlain(Thread.currentThread().threadId());
                  heard.incrementAndGet();
                })
                .open()) {
      sender.send(batch);
      await(() -> heard.get() == batch.size());
      assertAllocatesNothing(
          () -> THREADS.getThreadAllocatedBytes(handlersThread.get()),
          () -> {
            for (int sent = 0; sent < DATAGRAMS; sent += batch.size()) {
              long before = heard.get();
              sender.send(batch);
              await(() -> heard.get() == before + batch.size());
            }
          });
      assertEquals(heard.get(), receiver.statistics().datagrams());
    }
  }
}
