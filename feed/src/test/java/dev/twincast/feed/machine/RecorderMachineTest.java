package dev.twincast.feed.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.twincast.anycast.Policy;
import dev.twincast.feed.journal.ForwardingStore;
import dev.twincast.feed.journal.MemoryStore;
import dev.twincast.feed.mold.DownstreamWriter;
import dev.twincast.feed.mold.Session;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Which sessions a recorder records. */
class RecorderMachineTest {
  private static final long SECOND = 1_000_000_000;
  private static final InetSocketAddress PUBLISHER =
      InetSocketAddress.createUnresolved("publisher", 5008);

  private final List<String> released = new ArrayList<>();
  private final NotingStore store = new NotingStore();
  private long now = new SplittableRandom(1).nextLong();

  /** In memory; takes any session but one, and notes which were released. */
  private final class NotingStore extends ForwardingStore {
    private boolean isDiskFull;

    NotingStore() {
      super(new MemoryStore(1 << 20));
    }

    @Override
    public boolean takes(String session) {
      return !session.equals("full");
    }

    @Override
    public void release(String session) {
      released.add(session);
    }

    @Override
    public void append(String session, ByteBuffer message) throws IOException {
      if (isDiskFull) {
        throw new IOException("No space left on device");
      }
      super.append(session, message);
    }
  }

  private RecorderMachine machine() {
    RecorderSettings defaults = RecorderSettings.DEFAULT;
    var random = new SplittableRandom(1);
    return new RecorderMachine(
        now,
        store,
        new RecorderSettings(
            defaults.packetBytes(),
            2,
            true,
            defaults.acknowledgeNanos(),
            defaults.hearing(),
            defaults.answers()),
        new AnycastChoice(Policy.random(), InetSocketAddress::toString, random),
        random);
  }

  private void hear(RecorderMachine machine, String session) {
    ByteBuffer packet = ByteBuffer.allocate(100);
    new DownstreamWriter(new Session(session)).begin(packet, 1);
    machine.onDatagram(now, Channel.GROUP, PUBLISHER, packet.flip());
  }

  private static List<String> sessions(RecorderMachine machine) {
    return machine.sessions().stream().map(Session::name).sorted().toList();
  }

  private static List<String> refused(RecorderMachine machine) {
    return told(machine).stream()
        .filter(RecorderEvent.Refused.class::isInstance)
        .map(event -> ((RecorderEvent.Refused) event).session().name())
        .toList();
  }

  @Test
  void oneSessionTooManyIsRefusedAndSaidSoOnce() {
    RecorderMachine machine = machine();
    hear(machine, "a");
    hear(machine, "b");
    hear(machine, "c");
    hear(machine, "c");

    assertEquals(List.of("a", "b"), sessions(machine));
    assertEquals(List.of("c"), refused(machine));
  }

  @Test
  void aNewSessionTakesThePlaceOfOneThatWasSilentForAMinute() {
    RecorderMachine machine = machine();
    hear(machine, "a");
    hear(machine, "b");
    for (int i = 0; i < 59; i++) {
      now += SECOND;
      hear(machine, "b");
      hear(machine, "c");
    }
    assertEquals(List.of("a", "b"), sessions(machine));

    now += SECOND;
    hear(machine, "c");

    assertEquals(List.of("b", "c"), sessions(machine));
    assertEquals(List.of("a"), released);
  }

  @Test
  void aSessionThatTheStoreDoesNotTakeIsRefused() {
    RecorderMachine machine = machine();
    hear(machine, "full");

    assertEquals(List.of(), sessions(machine));
    assertEquals(List.of("full"), refused(machine));
  }

  @Test
  void aFullDiskIsToldOnceAndThatItTakesMessagesAgain() {
    RecorderMachine machine = machine();
    publish(machine, 1);
    store.isDiskFull = true;
    for (int number = 2; number < 12; number++) {
      now += SECOND;
      machine.onTimeout(now);
      publish(machine, number);
    }
    store.isDiskFull = false;
    now += SECOND;
    machine.onTimeout(now);
    publish(machine, 12);

    var session = new Session("a");
    assertEquals(
        List.of(
            new RecorderEvent.StoreFailed(session, "No space left on device"),
            new RecorderEvent.StoreTakes(session)),
        told(machine).stream().filter(event -> !isOfHearing(event)).toList());
    assertEquals(13, store.next("a"));
  }

  private void publish(RecorderMachine machine, long number) {
    ByteBuffer packet = ByteBuffer.allocate(100);
    var writer = new DownstreamWriter(new Session("a"));
    writer.begin(packet, number);
    packet.putShort((short) 1).put((byte) 'x');
    writer.count();
    machine.onDatagram(now, Channel.GROUP, PUBLISHER, packet.flip());
  }

  private static List<RecorderEvent> told(RecorderMachine machine) {
    var told = new ArrayList<RecorderEvent>();
    RecorderEvent event;
    while ((event = machine.pollEvent()) != null) {
      told.add(event);
    }
    return told;
  }

  private static boolean isOfHearing(RecorderEvent event) {
    return event instanceof RecorderEvent.Heard || event instanceof RecorderEvent.Recording;
  }
}
