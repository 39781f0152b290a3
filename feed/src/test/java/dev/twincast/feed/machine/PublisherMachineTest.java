package dev.twincast.feed.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.feed.journal.MemoryStore;
import dev.twincast.feed.mold.Downstream;
import dev.twincast.feed.mold.Request;
import dev.twincast.feed.mold.Session;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublisherMachineTest {
  private static final Session SESSION = new Session("TEST");
  private static final long START = Long.MAX_VALUE - 500_000_001;
  private static final long MILLI = 1_000_000;
  private static final InetSocketAddress GREEDY = at("greedy");
  private static final InetSocketAddress MODEST = at("modest");

  private final Transmit out = new Transmit(1472);
  private final Downstream reader = new Downstream();
  private long now = START;

  private static InetSocketAddress at(String host) {
    return InetSocketAddress.createUnresolved(host, 5008);
  }

  private PublisherMachine publisher(PublisherSettings settings) {
    var machine = new PublisherMachine(now, SESSION, new MemoryStore(1 << 20), settings);
    poll(machine);
    return machine;
  }

  private static void publish(PublisherMachine machine, int count, int bytes) throws IOException {
    for (int i = 0; i < count; i++) {
      machine.publish(ByteBuffer.allocate(bytes));
    }
  }

  /** Polls all that is to be sent now; returns the lengths. */
  private List<Integer> poll(PublisherMachine machine) {
    var lengths = new ArrayList<Integer>();
    while (machine.pollTransmit(now, out)) {
      lengths.add(out.packet().remaining());
    }
    return lengths;
  }

  @Test
  void messagesOfOneLengthFillPacketsOfOneLength() throws IOException {
    var machine = publisher(PublisherSettings.DEFAULT);
    publish(machine, 100, 64);
    assertEquals(List.of(1472, 1472, 1472, 1472), poll(machine));
  }

  @Test
  void theLastPacketIsLeftToBeFilledByTheNextBatchAndGoesThenInAnyCase() throws IOException {
    var machine = publisher(PublisherSettings.DEFAULT);
    publish(machine, 100, 64);
    poll(machine);
    publish(machine, 1, 64);
    now = machine.nextTimeout();
    assertEquals(List.of(20 + 13 * 66), poll(machine));
  }

  @Test
  void aMessageGoesAtOnceWhenNothingWaits() throws IOException {
    var machine = publisher(PublisherSettings.DEFAULT);
    publish(machine, 1, 10);
    assertEquals(List.of(32), poll(machine));
  }

  @Test
  void aMessageThatFitsNoPacketIsRefusedWithTheLimit() {
    var machine = publisher(PublisherSettings.DEFAULT);
    var refusal =
        assertThrows(
            IllegalArgumentException.class, () -> machine.publish(ByteBuffer.allocate(1451)));
    assertTrue(String.valueOf(refusal.getMessage()).contains("at most 1,450"));
  }

  @Test
  void aFullBacklogIsSaidAndNothingDropped() throws IOException {
    var machine = publisher(PublisherSettings.DEFAULT.withBacklogPackets(2));
    publish(machine, 2, 1000);
    assertEquals(PublisherMachine.FULL, machine.publish(ByteBuffer.allocate(1000)));
    poll(machine);
    assertEquals(3, machine.publish(ByteBuffer.allocate(1000)));
  }

  @Test
  void heartbeatsAreDenseAfterTheLastMessageAndThenOneASecond() throws IOException {
    var machine = publisher(PublisherSettings.DEFAULT);
    publish(machine, 1, 10);
    poll(machine);
    long sentAt = now;
    var after = new ArrayList<Long>();
    while (after.size() < 6) {
      now = machine.nextTimeout();
      machine.onTimeout(now);
      assertEquals(List.of(20), poll(machine));
      after.add((now - sentAt) / MILLI);
    }
    assertEquals(List.of(1L, 10L, 100L, 1000L, 2000L, 3000L), after);
  }

  @Test
  void sendingIsNeverFurtherAheadOfAcknowledgementsThanTheWindow() throws IOException {
    var machine = publisher(PublisherSettings.DEFAULT.withPacketBytes(100).withAcks(2, 10));
    publish(machine, 100, 20);
    poll(machine);
    assertEquals(10, machine.sent());
    ask(machine, at("recorder-1"), 10, 0);
    poll(machine);
    assertEquals(10, machine.sent());
    ask(machine, at("recorder-2"), 7, 0);
    poll(machine);
    assertEquals(16, machine.sent());
    assertEquals(7, machine.acknowledged());
  }

  /** A recorder asked for what was published and not yet sent, and has it. */
  @Test
  void sendingGoesOnThoughARecorderIsAheadOfItAndAPacketLongerThanTheWindow() throws IOException {
    var machine = publisher(PublisherSettings.DEFAULT.withPacketBytes(100).withAcks(1, 1));
    publish(machine, 7, 20);
    poll(machine);
    assertEquals(4, machine.sent());

    ask(machine, at("recorder"), 5, 0);
    poll(machine);

    assertEquals(7, machine.sent());
  }

  @Test
  void whoAsksForTooMuchDoesNotStarveTheOthers() throws IOException {
    var machine = publisher(PublisherSettings.DEFAULT);
    publish(machine, 1000, 100);
    poll(machine);
    for (int i = 1; i < 900; i += 10) {
      ask(machine, GREEDY, i, 100);
    }
    ask(machine, MODEST, 5, 1);
    int packetsBefore = 0;
    while (machine.pollTransmit(now, out) && !out.to().equals(MODEST)) {
      packetsBefore++;
    }
    assertTrue(packetsBefore <= 1, "after " + packetsBefore + " of the greedy one");
    reader.read(out.packet());
    assertEquals(5, reader.number());
    assertEquals(1, reader.messages());
  }

  @Test
  void anAskerGetsNoMoreThanItsShare() throws IOException {
    var limits = new AnswerLimits(1_000_000, 10_000, 1000, 10, 0);
    var machine = publisher(PublisherSettings.DEFAULT.withAnswers(limits));
    publish(machine, 1000, 100);
    poll(machine);
    ask(machine, GREEDY, 1, 1000);
    int atOnce = poll(machine).stream().mapToInt(it -> it).sum();
    assertTrue(atOnce <= 10_000 + 1472, atOnce + " bytes at once");
    long before = now;
    int later = 0;
    while (machine.answers().messages() < 1000) {
      now = machine.nextTimeout();
      machine.onTimeout(now);
      later += poll(machine).stream().mapToInt(it -> it).sum();
    }
    assertTrue(
        (now - before) / 1000 >= later - 5000, later + " bytes in " + (now - before) + " ns");
  }

  @Test
  void aRequestThatIsADuplicateIsAnsweredOnce() throws IOException {
    var machine = publisher(PublisherSettings.DEFAULT);
    publish(machine, 10, 100);
    poll(machine);
    ask(machine, MODEST, 3, 2);
    ask(machine, MODEST, 3, 2);
    assertEquals(1, poll(machine).size());
    ask(machine, MODEST, 4, 1);
    assertEquals(0, poll(machine).size());
    now += MILLI;
    ask(machine, MODEST, 4, 1);
    assertTrue(poll(machine).contains(122));
  }

  @Test
  void aRequestRepeatedWhileItIsAnsweredGetsNothingTwice() throws IOException {
    var machine = publisher(PublisherSettings.DEFAULT);
    publish(machine, 100, 1400);
    poll(machine);
    ask(machine, MODEST, 1, 100);
    int answers = 0;
    while (answers < 40 && machine.pollTransmit(now, out)) {
      answers++;
      now += MILLI / 100;
    }
    ask(machine, MODEST, 37, 64); // the last few are still under way
    assertEquals(100, answers + poll(machine).size());
  }

  @Test
  void slowsDownWhenMuchIsAskedForAgainAndNotForAFewPercent() throws IOException {
    assertTrue(rateWhenAskedAgainFor(5) > 500_000_000, "5 % are no congestion");
    assertTrue(rateWhenAskedAgainFor(30) < 100_000_000, "30 % are");
  }

  private long rateWhenAskedAgainFor(int percent) throws IOException {
    var machine = publisher(PublisherSettings.DEFAULT);
    for (int i = 0; i < 600; i++) {
      long first = machine.sent();
      for (int j = 0; j < 20; j++) {
        publish(machine, 400, 1400);
        poll(machine);
        now += MILLI / 10;
      }
      int sent = (int) (machine.sent() - first);
      if (sent > 0) {
        ask(machine, MODEST, first, sent * percent / 100);
      }
      machine.onTimeout(now);
      poll(machine);
    }
    return machine.bytesPerSecond();
  }

  @Test
  void goesOnBehindWhatARecorderKnows() throws IOException {
    var machine = publisher(PublisherSettings.DEFAULT.withResumeNanos(100 * MILLI));
    assertEquals(PublisherMachine.FULL, machine.publish(ByteBuffer.allocate(1)));
    ask(machine, at("recorder-1"), 42, 0);
    now += 100 * MILLI;
    machine.onTimeout(now);
    assertEquals(new PublisherEvent.Opened(42), machine.pollEvent());
    assertEquals(42, machine.publish(ByteBuffer.allocate(1)));
  }

  @Test
  void tellsTheEndForTheLinger() throws IOException {
    var machine = publisher(PublisherSettings.DEFAULT);
    publish(machine, 1, 10);
    machine.end(now);
    poll(machine);
    long end = now + PublisherSettings.DEFAULT.lingerNanos();
    boolean hasToldEnd = false;
    while (machine.nextTimeout() != Machine.NEVER) {
      pass(machine);
      hasToldEnd |= reader.isEndOfSession() && reader.number() == 2;
    }
    assertTrue(hasToldEnd);
    assertFalse(now - end < 0);
    assertThrows(IllegalStateException.class, () -> machine.publish(ByteBuffer.allocate(1)));
  }

  @Test
  void staysWhileSomebodyAsksButNotForEver() throws IOException {
    var machine = publisher(PublisherSettings.DEFAULT);
    publish(machine, 1, 10);
    machine.end(now);
    poll(machine);
    long linger = PublisherSettings.DEFAULT.lingerNanos();
    long ended = now;
    while (now - ended < 2 * linger) {
      pass(machine);
      ask(machine, MODEST, 1, 1);
    }
    assertFalse(machine.isOver());
    while (!machine.isOver()) {
      pass(machine);
      ask(machine, MODEST, 1, 1);
    }
    assertEquals(10 * linger, now - ended);
  }

  @Test
  void leavesAtOnceWhenAsManyHaveEverythingAsAreAwaited() throws IOException {
    var machine = ended(PublisherSettings.DEFAULT.withReceivers(2));
    report(machine, GREEDY);
    report(machine, GREEDY);
    assertFalse(machine.isOver(), "the same one again is not another");
    assertEquals(1, machine.complete());

    report(machine, MODEST);

    assertTrue(machine.isOver());
    assertEquals(2, machine.complete());
    assertEquals(List.of(new PublisherEvent.Ended(2)), eventsOf(machine));
    assertEquals(Machine.NEVER, machine.nextTimeout());
    report(machine, at("a third"));
    assertEquals(2, machine.complete());
    assertEquals(List.of(), eventsOf(machine));
  }

  @Test
  void lingersAsEverWhenFewerHaveEverythingThanAreAwaited() throws IOException {
    for (int receivers : new int[] {0, 2}) {
      var machine = ended(PublisherSettings.DEFAULT.withReceivers(receivers));
      long began = now;
      while (!machine.isOver()) {
        report(machine, MODEST);
        pass(machine);
      }
      assertEquals(PublisherSettings.DEFAULT.lingerNanos(), now - began);
      assertEquals(Math.min(1, receivers), machine.complete());
    }
  }

  @Test
  void aRecorderThatHasAcknowledgedEverythingHasEverything() throws IOException {
    var machine = ending(PublisherSettings.DEFAULT.withReceivers(3).withAcks(1, 100));
    ask(machine, at("recorder-1"), 2, 0);
    assertEquals(0, machine.complete(), "the end was not told yet");
    poll(machine);
    ask(machine, at("recorder-1"), 2, 0);
    assertEquals(1, machine.complete());
    ask(machine, at("recorder-2"), 1, 0);
    assertEquals(1, machine.complete(), "one that lacks a message");

    ask(machine, at("recorder-2"), 2, 0);
    report(machine, MODEST);

    assertTrue(machine.isOver());
  }

  @Test
  void tellsTheEndBeforeItLeavesThoughTheOneThatIsAwaitedHasEverythingBefore() throws IOException {
    var machine = ending(PublisherSettings.DEFAULT.withReceivers(1).withAcks(1, 100));
    ask(machine, at("recorder"), 2, 0);
    assertFalse(machine.isOver());

    assertTrue(machine.pollTransmit(now, out));
    reader.read(out.packet());
    assertTrue(reader.isEndOfSession());
    ask(machine, at("recorder"), 2, 0); // as it answers each heartbeat

    assertTrue(machine.isOver());
  }

  @Test
  void aReportIsNeverAnAcknowledgement() throws IOException {
    var machine = ending(PublisherSettings.DEFAULT.withReceivers(1).withAcks(1, 100));

    report(machine, MODEST);

    assertEquals(1, machine.acknowledged());
    assertEquals(0, machine.recorders());
    assertEquals(0, machine.complete(), "the end was not even told yet");
    assertFalse(machine.isOver());
  }

  /** Of a session of one message, whose end was not told yet. */
  private PublisherMachine ending(PublisherSettings settings) throws IOException {
    var machine = publisher(settings);
    publish(machine, 1, 10);
    poll(machine);
    machine.end(now);
    return machine;
  }

  private PublisherMachine ended(PublisherSettings settings) throws IOException {
    PublisherMachine machine = ending(settings);
    poll(machine);
    eventsOf(machine);
    return machine;
  }

  private static List<PublisherEvent> eventsOf(PublisherMachine machine) {
    var events = new ArrayList<PublisherEvent>();
    PublisherEvent event;
    while ((event = machine.pollEvent()) != null) {
      events.add(event);
    }
    return events;
  }

  private void report(PublisherMachine machine, InetSocketAddress from) {
    ByteBuffer packet = ByteBuffer.allocate(Request.BYTES);
    Request.completion(SESSION).writeTo(packet);
    machine.onDatagram(now, Channel.SERVE, from, packet.flip());
  }

  /** Lets time pass until something is due, and does it. */
  private void pass(PublisherMachine machine) {
    now = machine.nextTimeout();
    machine.onTimeout(now);
    while (machine.pollTransmit(now, out)) {
      reader.read(out.packet());
    }
  }

  private void ask(PublisherMachine machine, InetSocketAddress from, long first, int count) {
    ByteBuffer packet = ByteBuffer.allocate(Request.BYTES);
    new Request(SESSION, first, count).writeTo(packet);
    machine.onDatagram(now, Channel.SERVE, from, packet.flip());
  }
}
