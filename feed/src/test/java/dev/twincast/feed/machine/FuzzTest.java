package dev.twincast.feed.machine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.Policy;
import dev.twincast.feed.journal.MemoryStore;
import dev.twincast.feed.mold.DownstreamWriter;
import dev.twincast.feed.mold.Request;
import dev.twincast.feed.mold.Session;
import dev.twincast.feed.soup.SoupType;
import dev.twincast.feed.soup.SoupWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Machines take any bytes and any calls in any order: they neither throw, nor hang, nor bloat. */
class FuzzTest {
  private static final int ROUNDS = 150;
  private static final int CALLS = 400;
  private static final int MAX_POLLS = 10_000;
  private static final Session SESSION = new Session("FUZZ");
  private static final List<InetSocketAddress> PARTIES =
      List.of(party("publisher"), party("recorder-1"), party("recorder-2"), party("stranger"));

  private final Transmit out = new Transmit(65_507);

  private static InetSocketAddress party(String name) {
    return InetSocketAddress.createUnresolved(name, 5008);
  }

  private static RecorderChoice choice(List<InetSocketAddress> recorders, SplittableRandom random) {
    var choice = new AnycastChoice(Policy.leastLoaded(), InetSocketAddress::toString, random);
    choice.onNames(0, recorders);
    return choice;
  }

  @Test
  void aSubscriberTakesAnything() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      var random = new SplittableRandom(seed);
      long now = random.nextLong();
      var choice = choice(PARTIES.subList(1, 3), random);
      var settings = new SubscriberSettings(64, 1 << 18, 8, 32, 2, 1_000_000_000, false);
      Optional<Session> session = random.nextBoolean() ? Optional.of(SESSION) : Optional.empty();
      Start start =
          random.nextBoolean()
              ? new Start.Live(session)
              : new Start.At(session, 1 + random.nextInt(20));
      var machine = new SubscriberMachine(now, start, settings, choice, random);
      for (int i = 0; i < CALLS; i++) {
        now += random.nextInt(100_000_000);
        switch (random.nextInt(11)) {
          case 0 -> machine.onTimeout(now);
          case 10 -> machine.complete();
          case 1 -> machine.onReplayStarted(now, any(random), SESSION, number(random));
          case 2 ->
              machine.onReplayed(now, number(random), ByteBuffer.allocate(random.nextInt(99)));
          case 3 -> machine.onReplayFailed(now);
          case 4 -> {
            if (random.nextInt(20) == 0) {
              machine.onReplayEnded(now);
            }
          }
          case 5, 6 -> {
            long before = machine.position();
            int polls = 0;
            while (machine.pollEvent() != null) {
              assertTrue(polls++ < MAX_POLLS, "endless events, seed " + seed);
            }
            assertTrue(machine.position() >= before, "seed " + seed);
          }
          default -> machine.onDatagram(now, channel(random), any(random), packet(random));
        }
        transmitAll(now, machine, seed);
        assertTrue(machine.windowBytes() <= 1 << 19, "bloated, seed " + seed);
      }
    }
  }

  @Test
  void aRecorderTakesAnything() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      var random = new SplittableRandom(seed);
      long now = random.nextLong();
      var store = new MemoryStore(1 << 16);
      var choice = choice(PARTIES.subList(1, 3), random);
      var machine = new RecorderMachine(now, store, RecorderSettings.DEFAULT, choice, random);
      for (int i = 0; i < CALLS; i++) {
        now += random.nextInt(100_000_000);
        if (random.nextInt(5) == 0) {
          machine.onTimeout(now);
        } else {
          machine.onDatagram(now, channel(random), any(random), packet(random));
        }
        while (random.nextBoolean() && machine.pollEvent() != null) {}
        transmitAll(now, machine, seed);
        assertTrue(machine.sessions().size() <= RecorderSettings.DEFAULT.maxSessions());
      }
    }
  }

  @Test
  void aPublisherTakesAnything() throws IOException {
    for (int seed = 0; seed < ROUNDS; seed++) {
      var random = new SplittableRandom(seed);
      long now = random.nextLong();
      var settings =
          PublisherSettings.DEFAULT
              .withPacketBytes(100)
              .withBacklogPackets(4)
              .withAcks(random.nextInt(3), 20)
              .withReceivers(random.nextInt(3))
              .withResumeNanos(random.nextInt(2) * 100_000_000L);
      var machine = new PublisherMachine(now, SESSION, new MemoryStore(1 << 16), settings);
      boolean hasEnded = false;
      for (int i = 0; i < CALLS; i++) {
        now += random.nextInt(50_000_000);
        switch (random.nextInt(6)) {
          case 0 -> machine.onTimeout(now);
          case 1, 2 -> {
            if (!hasEnded) {
              machine.publish(ByteBuffer.allocate(random.nextInt(machine.maxMessageBytes() + 1)));
            }
          }
          case 3 -> {
            if (random.nextInt(100) == 0) {
              hasEnded = true;
              machine.end(now);
            }
          }
          default -> machine.onDatagram(now, channel(random), any(random), packet(random));
        }
        while (random.nextBoolean() && machine.pollEvent() != null) {}
        transmitAll(now, machine, seed);
        assertTrue(machine.complete() <= settings.receivers(), "seed " + seed);
      }
    }
  }

  @Test
  void bothEndsOfAReplayTakeAnyBytes() throws IOException {
    for (int seed = 0; seed < ROUNDS; seed++) {
      var random = new SplittableRandom(seed);
      long now = random.nextLong();
      var publisher =
          new PublisherMachine(now, SESSION, new MemoryStore(1 << 16), PublisherSettings.DEFAULT);
      publisher.publish(ByteBuffer.allocate(10));
      var server = new ReplayServer(now, publisher);
      var subscriber =
          new SubscriberMachine(
              now,
              new Start.At(Optional.of(SESSION), 1),
              SubscriberSettings.DEFAULT,
              choice(List.of(), random),
              random);
      var client = new ReplayClient(now, PARTIES.get(1), subscriber, ByteBuffer.allocate(1 << 17));
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      for (int i = 0; i < 50; i++) {
        now += random.nextInt(1_000_000_000);
        byte[] bytes = stream(random);
        put(bytes, server.space());
        server.arrived(now);
        put(bytes, client.space());
        client.arrived(now);
        for (int n = client.takeInOrder(now); n > 0; n--) {
          client.message();
        }
        client.resume(now);
        client.awaits(now);
        server.onTimeout(now);
        client.onTimeout(now);
        server.pollTransmit(now, buffer.clear());
        client.pollTransmit(now, buffer.clear());
        while (subscriber.pollEvent() != null) {}
      }
    }
  }

  private static void put(byte[] bytes, ByteBuffer space) {
    space.put(bytes, 0, Math.min(bytes.length, space.remaining()));
  }

  private void transmitAll(long now, Machine machine, int seed) {
    int polls = 0;
    while (machine.pollTransmit(now, out)) {
      assertTrue(polls++ < MAX_POLLS, "endless transmit, seed " + seed);
    }
    machine.nextTimeout();
  }

  private static InetSocketAddress any(SplittableRandom random) {
    return PARTIES.get(random.nextInt(PARTIES.size()));
  }

  private static Channel channel(SplittableRandom random) {
    return List.of(Channel.values()).get(random.nextInt(3));
  }

  private static long number(SplittableRandom random) {
    return switch (random.nextInt(10)) {
      case 0 -> 1 + random.nextLong(Long.MAX_VALUE - 0x20000);
      case 1 -> 1 + random.nextInt(10_000);
      default -> 1 + random.nextInt(100);
    };
  }

  private static ByteBuffer packet(SplittableRandom random) {
    ByteBuffer packet = ByteBuffer.allocate(1472);
    Session session = random.nextInt(10) > 0 ? SESSION : new Session("S" + random.nextInt(1000));
    if (random.nextInt(20) == 0) {
      Request.completion(session).writeTo(packet);
    } else if (random.nextInt(3) == 0) {
      new Request(session, number(random), random.nextInt(0x10000)).writeTo(packet);
    } else {
      var writer = new DownstreamWriter(session);
      writer.begin(packet, number(random));
      for (int i = random.nextInt(12); i > 0; i--) {
        writer.add(ByteBuffer.allocate(random.nextInt(50)));
      }
      if (random.nextInt(50) == 0 && writer.messages() == 0) {
        writer.endSession();
      }
    }
    packet.flip();
    if (random.nextInt(10) == 0) {
      packet.put(random.nextInt(packet.limit()), (byte) random.nextInt());
    }
    return packet;
  }

  private static byte[] stream(SplittableRandom random) {
    ByteBuffer stream = ByteBuffer.allocate(200);
    byte[] noise = new byte[random.nextInt(100)];
    random.nextBytes(noise);
    List<SoupType> types = List.of(SoupType.values());
    SoupWriter.write(stream, types.get(random.nextInt(types.size() - 1)), ByteBuffer.wrap(noise));
    byte[] bytes = new byte[stream.flip().remaining()];
    stream.get(bytes);
    if (random.nextInt(10) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }
}
