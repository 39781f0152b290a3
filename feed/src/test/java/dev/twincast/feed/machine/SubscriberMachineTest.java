package dev.twincast.feed.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.Policy;
import dev.twincast.feed.mold.DownstreamWriter;
import dev.twincast.feed.mold.Request;
import dev.twincast.feed.mold.Session;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SubscriberMachineTest {
  private static final Session SESSION = new Session("TEST");
  private static final InetSocketAddress PUBLISHER = at("publisher");
  private static final int MESSAGE_BYTES = 1024;
  private static final long MICRO = 1000;

  private final AnycastChoice recorders =
      new AnycastChoice(Policy.hash("any"), InetSocketAddress::toString, new SplittableRandom(42));
  private final SubscriberMachine machine =
      new SubscriberMachine(
          0,
          new Start.Live(Optional.of(SESSION)),
          new SubscriberSettings(1 << 12, 1 << 18, 1024, 1 << 14, 0, 60_000_000_000L, false),
          recorders,
          new SplittableRandom(42));
  private final DownstreamWriter writer = new DownstreamWriter(SESSION);
  private final Transmit out = new Transmit(Request.BYTES);
  private long now;
  private long delivered;

  private static InetSocketAddress at(String host) {
    return InetSocketAddress.createUnresolved(host, 5008);
  }

  private void hear(Channel channel, InetSocketAddress from, long number) {
    ByteBuffer packet = ByteBuffer.allocate(2 * MESSAGE_BYTES);
    writer.begin(packet, number);
    writer.add(ByteBuffer.allocate(MESSAGE_BYTES));
    machine.onDatagram(now, channel, from, packet.flip());
    SubscriberEvent event;
    while ((event = machine.pollEvent()) != null) {
      if (event instanceof Message message) {
        assertEquals(++delivered, message.number());
      }
    }
  }

  private List<Request> requests() {
    var requests = new ArrayList<Request>();
    while (machine.pollTransmit(now, out)) {
      requests.add(Request.read(out.packet()).orElseThrow());
    }
    return requests;
  }

  @Test
  void whatWasOvertakenByALaterAnswerIsAskedForAgainAtOnceAndEjectsNobody() {
    recorders.onNames(now, List.of(at("one"), at("another")));
    hear(Channel.GROUP, PUBLISHER, 1);
    for (long number = 3; number <= 11; number += 2) {
      hear(Channel.GROUP, PUBLISHER, number);
      assertEquals(1, requests().size());
      now += 100 * MICRO;
    }
    InetSocketAddress asked = out.to();
    assertEquals(List.of(), requests());

    hear(Channel.ASK, asked, 10);

    assertEquals(List.of(2L, 4L, 6L, 8L), requests().stream().map(Request::first).toList());
    assertEquals(asked, out.to());
    assertEquals(0, recorders.ejections());
    assertEquals(0, machine.statistics().timeouts());
  }

  /** The publisher is gone, so nobody but a recorder can tell how much there is. */
  @Test
  void aReplayThatBreaksOffIsAskedForAgainAlsoWhenNobodyIsHeardLive() {
    SubscriberMachine late = lateSubscriber();
    assertEquals(new SubscriberEvent.ReplayNeeded(1), eventOf(late));
    assertTrue(late.onReplayStarted(now, at("one"), SESSION, 1));
    assertTrue(late.onReplayed(now, 1, ByteBuffer.allocate(1)));
    assertInstanceOf(Message.class, eventOf(late));

    late.onReplayFailed(now);
    now = late.nextTimeout();
    late.onTimeout(now);

    assertEquals(new SubscriberEvent.ReplayNeeded(2), eventOf(late));
  }

  @Test
  void aReplayGoesOnBehindWhatNobodyKeepsAlsoWhenNobodyIsHeardLive() {
    SubscriberMachine late = lateSubscriber();
    recorders.onNames(now, List.of(at("one")));
    eventOf(late);

    assertTrue(late.onReplayStarted(now, at("one"), SESSION, 100));

    assertEquals(new SubscriberEvent.Lost(new Range(1, 100), LostReason.NOT_KEPT), eventOf(late));
    assertTrue(late.onReplayed(now, 100, ByteBuffer.allocate(1)));
    assertInstanceOf(Message.class, eventOf(late));
  }

  @Test
  void whatNobodyKeepsIsLostAtOnceThoughSomeOfItWasHeardLive() {
    SubscriberMachine late = lateSubscriber();
    recorders.onNames(now, List.of(at("one")));
    eventOf(late);
    for (long number = 100_000; number <= 200_000; number += 50_000) {
      ByteBuffer packet = ByteBuffer.allocate(2 * MESSAGE_BYTES);
      writer.begin(packet, number);
      writer.add(ByteBuffer.allocate(MESSAGE_BYTES));
      late.onDatagram(now, Channel.GROUP, at("one"), packet.flip());
    }

    assertTrue(late.onReplayStarted(now, at("one"), SESSION, 180_000));

    var lost = new ArrayList<Range>();
    SubscriberEvent event;
    while ((event = late.pollEvent()) != null) {
      if (event instanceof SubscriberEvent.Lost it) {
        lost.add(it.range());
      }
    }
    assertEquals(
        List.of(new Range(1, 100_000), new Range(100_001, 150_000), new Range(150_001, 180_000)),
        lost);
    assertTrue(late.onReplayed(now, 180_000, ByteBuffer.allocate(1)));
  }

  /** As with the request servers of others, which answer over UDP only. */
  @Test
  void whatNobodyReplaysIsAskedForByDatagramsThoughItIsMuch() {
    SubscriberMachine late = lateSubscriber();
    recorders.onNames(now, List.of(at("one")));
    heartbeat(late, 100_001);

    for (int i = 0; i < 3; i++) {
      assertEquals(new SubscriberEvent.ReplayNeeded(1), eventOf(late));
      assertFalse(late.pollTransmit(now, out));
      late.onReplayFailed(now);
      now = Math.max(now, Math.min(late.nextTimeout(), now + 1_000_000 * MICRO));
      late.onTimeout(now);
    }

    assertEquals(new SubscriberEvent.Joined(1), eventOf(late));
    assertTrue(late.pollTransmit(now, out));
    assertEquals(1, Request.read(out.packet()).orElseThrow().first());
    heartbeat(late, 100_001);
    assertNull(eventOf(late), "is asking, and wants no replay");
    now += 30_000_000 * MICRO;
    heartbeat(late, 100_001);
    assertEquals(new SubscriberEvent.ReplayNeeded(1), eventOf(late), "perhaps by now");
  }

  private void heartbeat(SubscriberMachine machine, long number) {
    ByteBuffer packet = ByteBuffer.allocate(MESSAGE_BYTES);
    writer.begin(packet, number);
    machine.onDatagram(now, Channel.GROUP, PUBLISHER, packet.flip());
  }

  @Test
  void whoHasEverythingReportsItAtOnceAndWheneverTheEndIsHeard() {
    hear(Channel.GROUP, PUBLISHER, 1);
    assertFalse(machine.complete(), "there may be more to come");
    hearEnd(2);
    assertEquals(List.of(), requests(), "the caller has not finished");

    assertTrue(machine.complete());
    assertEquals(List.of(Request.completion(SESSION)), requests());
    assertEquals(PUBLISHER, out.to());
    assertEquals(Channel.ASK, out.channel());
    assertEquals(List.of(), requests());

    hearEnd(2);
    assertEquals(List.of(Request.completion(SESSION)), requests());
  }

  @Test
  void whoMissesSomethingReportsOnlyWhenItHasIt() {
    hear(Channel.GROUP, PUBLISHER, 1);
    hearEnd(3);
    assertFalse(machine.complete());
    assertEquals(List.of(2L), requests().stream().map(Request::first).toList());

    hear(Channel.ASK, PUBLISHER, 2);

    assertTrue(machine.complete());
    assertEquals(List.of(Request.completion(SESSION)), requests());
  }

  @Test
  void whoLostSomethingReportsNothing() {
    hear(Channel.GROUP, PUBLISHER, 1);
    hearEnd(3);
    requests();
    hearHeartbeat(Channel.ASK, 3); // it keeps nothing below
    requests();
    machine.onTimeout(now);
    assertInstanceOf(SubscriberEvent.GapSeen.class, eventOf(machine));
    assertInstanceOf(SubscriberEvent.Lost.class, eventOf(machine));
    assertInstanceOf(SubscriberEvent.Ended.class, eventOf(machine));

    assertFalse(machine.complete());
    hearEnd(3);
    assertEquals(List.of(), requests());
  }

  @Test
  void whoJoinedInTheMiddleReportsNothing() {
    delivered = 6;
    hear(Channel.GROUP, PUBLISHER, 7);
    hearEnd(8);

    assertFalse(machine.complete());
    assertEquals(List.of(), requests());
  }

  @Test
  void aSessionThatGoesOnIsNotComplete() {
    hear(Channel.GROUP, PUBLISHER, 1);
    hearEnd(2);
    assertTrue(machine.complete());

    hear(Channel.GROUP, PUBLISHER, 2);

    assertEquals(List.of(), requests());
    hearEnd(3);
    assertEquals(List.of(), requests(), "the caller has finished with an earlier end");
    assertTrue(machine.complete());
    assertEquals(List.of(Request.completion(SESSION)), requests());
  }

  private void hearEnd(long next) {
    ByteBuffer packet = ByteBuffer.allocate(MESSAGE_BYTES);
    writer.begin(packet, next);
    writer.endSession();
    machine.onDatagram(now, Channel.GROUP, PUBLISHER, packet.flip());
    while (machine.missing() == 0 && machine.pollEvent() != null) {}
  }

  private void hearHeartbeat(Channel channel, long next) {
    ByteBuffer packet = ByteBuffer.allocate(MESSAGE_BYTES);
    writer.begin(packet, next);
    machine.onDatagram(now, channel, PUBLISHER, packet.flip());
  }

  private SubscriberMachine lateSubscriber() {
    return new SubscriberMachine(
        now,
        new Start.At(Optional.of(SESSION), 1),
        SubscriberSettings.DEFAULT,
        recorders,
        new SplittableRandom(42));
  }

  /** The next event that is not about the session itself. */
  private static @Nullable SubscriberEvent eventOf(SubscriberMachine machine) {
    SubscriberEvent event;
    do {
      event = machine.pollEvent();
    } while (event instanceof SubscriberEvent.Began);
    return event;
  }

  /** Of ten messages the fifth is lost, and the first answers are late. */
  @Test
  void whoHasNoRoomForWhatIsMissingAsksForTheFirstOfItOnly() {
    int sent = 1000;
    for (long number = 1; number <= sent; number++) {
      if (number % 10 != 5) {
        hear(Channel.GROUP, PUBLISHER, number);
      }
      requests();
      now += 10 * MICRO;
    }
    now += 1_000_000 * MICRO;
    int asked = 0;
    while (delivered < sent) {
      for (Request request : requests()) {
        for (int i = 0; i < request.count(); i++) {
          asked++;
          hear(Channel.ASK, PUBLISHER, request.first() + i);
        }
      }
      now += 100 * MICRO;
    }
    long room = 200; // what is not held any more was dropped, and is missing
    assertTrue(asked <= sent - room + sent / 10, "asked for " + asked);
  }
}
