package dev.twincast.multicast;

import static dev.twincast.multicast.Fixture.PATIENCE;
import static dev.twincast.multicast.Fixture.assertNext;
import static dev.twincast.multicast.Fixture.assertRefused;
import static dev.twincast.multicast.Fixture.await;
import static dev.twincast.multicast.Fixture.freshGroup;
import static dev.twincast.multicast.Fixture.receiver;
import static dev.twincast.multicast.Fixture.send;
import static dev.twincast.multicast.Fixture.sender;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many messages: batches, handlers, rates, several hosts. */
class StreamTest {

  @Test
  void aBatchArrivesInOrderAndCanBeSentAgainAndFilledAnew() throws IOException {
    Group group = freshGroup();
    var batch = new MessageBatch();
    batch.add("one".getBytes(UTF_8));
    batch.add(ByteBuffer.wrap("two".getBytes(UTF_8)));
    batch.claim(5).put("three".getBytes(UTF_8));
    try (var receiver = receiver(group);
        var sender = sender(group)) {
      sender.send(batch);
      sender.send(batch);
      batch.clear();
      assertTrue(batch.isEmpty());
      sender.send(batch);
      batch.add("four".getBytes(UTF_8));
      sender.send(batch);
      for (String text : List.of("one", "two", "three", "one", "two", "three", "four")) {
        assertNext(text, receiver);
      }
      assertEquals(new SenderStatistics(7, 26, 0), sender.statistics());
      assertEquals(7, receiver.statistics().datagrams());
      assertEquals(26, receiver.statistics().bytes());
    }
  }

  @Test
  void aBatchWithAMessageTooLongIsRefusedAsAWhole() throws IOException {
    var batch = new MessageBatch();
    batch.add(new byte[1]);
    batch.claim(65_508);
    try (var sender = sender(freshGroup())) {
      assertRefused(IllegalArgumentException.class, () -> sender.send(batch), "at most 65507");
      assertEquals(0, sender.statistics().datagrams());
    }
    assertThrows(IllegalArgumentException.class, () -> new MessageBatch(0));
  }

  @Test
  void aHandlerGetsEachDatagramOnItsNamedThread() throws IOException {
    Group group = freshGroup();
    List<String> heard = new CopyOnWriteArrayList<>();
    try (var sender = sender(group);
        var receiver =
            MulticastReceiver.builder(group)
                .handler(datagram -> {
                  assertEquals(datagram.size(), datagram.payload().remaining());
                  assertEquals(sender.localAddress(), datagram.source());
                  assertFalse(datagram.isTruncated());
                  assertTrue(System.nanoTime() - datagram.arrivalNanos() >= 0);
                  heard.add(Thread.currentThread().getName());
                  heard.add(UTF_8.decode(datagram.payload()).toString());
                  heard.add(new String(datagram.copy().bytes(), UTF_8));
                })
                .open()) {
      String thread = "twincast-receive-" + group;
      send(sender, "a");
      send(sender, "b");
      await(() -> heard.size() == 6);
      assertEquals(List.of(thread, "a", "a", thread, "b", "b"), heard);
      assertThrows(IllegalStateException.class, receiver::receive);
      await(() -> receiver.statistics().datagrams() == 2);
      assertEquals(0, receiver.statistics().handlerFailures());
    }
  }

  @Test
  void aHandlerThatFailsIsCountedAndCalledAgain() throws IOException {
    Group group = freshGroup();
    var calls = new AtomicInteger();
    try (var sender = sender(group);
        var receiver =
            MulticastReceiver.builder(group)
                .handler(datagram -> {
                  if (calls.getAndIncrement() < 2) {
                    throw new IllegalArgumentException("on purpose");
                  }
                })
                .open()) {
      for (int i = 0; i < 3; i++) {
        send(sender, "x");
      }
      await(() -> receiver.statistics().datagrams() == 3);
      assertEquals(2, receiver.statistics().handlerFailures());
    }
  }

  @Test
  void aHandlerMayCloseItsReceiver() throws IOException {
    Group group = freshGroup();
    var closing = new CopyOnWriteArrayList<MulticastReceiver>();
    var closed = new AtomicInteger();
    try (var sender = sender(group);
        var receiver =
            MulticastReceiver.builder(group)
                .handler(datagram -> {
                  closing.forEach(MulticastReceiver::close);
                  closed.incrementAndGet();
                })
                .open()) {
      closing.add(receiver);
      send(sender, "last");
      await(() -> closed.get() == 1);
      assertTrue(receiver.groups().isEmpty());
    }
  }

  @Test
  void aBatchingSenderKeepsOrderAndDropsNothing() throws IOException {
    Group group = freshGroup();
    int count = 2000;
    try (var receiver = receiver(group)) {
      try (var sender = MulticastSender.builder(group).batching().open()) {
        for (int i = 0; i < count; i++) {
          send(sender, String.valueOf(i));
        }
        sender.flush();
        assertEquals(count, sender.statistics().datagrams());
        send(sender, "left at closing");
      }
      for (int i = 0; i < count; i++) {
        assertNext(String.valueOf(i), receiver);
      }
      assertNext("left at closing", receiver);
    }
  }

  @Test
  void aRateIsKept() throws IOException {
    try (var sender = MulticastSender.builder(freshGroup()).rate(1000).open();
        var bits = MulticastSender.builder(freshGroup()).bitsPerSecond(8_000_000).open()) {
      long start = System.nanoTime();
      for (int i = 0; i < 52; i++) {
        send(sender, "x");
      }
      assertTrue(System.nanoTime() - start >= 50_000_000);

      start = System.nanoTime();
      for (int i = 0; i < 52; i++) {
        bits.send(new byte[1000]);
      }
      assertTrue(System.nanoTime() - start >= 50_000_000);
    }
    assertThrows(
        IllegalArgumentException.class, () -> MulticastSender.builder(freshGroup()).rate(0));
  }

  @Test
  void eachHostGetsTheSameWithoutAnyGroup() throws IOException {
    try (var one = MulticastReceiver.unicast(0).open();
        var two = MulticastReceiver.unicast(0).open();
        var sender = MulticastSender.toEach("127.0.0.1:" + one.port(), "localhost:" + two.port())) {
      int hosts = sender.destinations().size();
      sender.send("hello".getBytes(UTF_8));
      for (var receiver : List.of(one, two)) {
        assertEquals("hello", new String(receiver.receive().bytes(), UTF_8));
      }
      assertEquals(new SenderStatistics(hosts, hosts * 5L, 0), sender.statistics());
      assertEquals(1, one.statistics().datagrams());
    }
  }

  @Test
  void aUnicastReceiverTakesAHandlerAndHasItsPortAlone() throws IOException {
    var heard = new AtomicInteger();
    try (var receiver =
            MulticastReceiver.unicast(0).handler(datagram -> heard.incrementAndGet()).open();
        var sender =
            MulticastSender.toEach(List.of("127.0.0.1:" + receiver.port())).batching().open()) {
      for (int i : IntStream.range(0, 100).toArray()) {
        sender.send(new byte[i]);
      }
      await(() -> heard.get() == 100);
      assertThrows(BindException.class, () -> MulticastReceiver.unicast(receiver.port()).open());
      assertTrue(receiver.receiveBufferGranted() > 0);
    }
    try (var silent = MulticastReceiver.unicast(0).open()) {
      assertTrue(silent.receive(PATIENCE.dividedBy(1000)).isEmpty());
    }
  }
}
