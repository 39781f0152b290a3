package dev.twincast.feed.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.Policy;
import dev.twincast.feed.mold.DownstreamWriter;
import dev.twincast.feed.mold.Session;
import dev.twincast.feed.soup.LoginAccepted;
import dev.twincast.feed.soup.SoupType;
import dev.twincast.feed.soup.SoupWriter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReplayClientTest {
  private static final Session SESSION = new Session("TEST");
  private static final InetSocketAddress RECORDER =
      InetSocketAddress.createUnresolved("recorder", 5008);
  private static final long SECOND = 1_000_000_000;

  private final SubscriberMachine subscriber =
      new SubscriberMachine(
          0,
          new Start.At(Optional.of(SESSION), 1),
          SubscriberSettings.DEFAULT,
          new AnycastChoice(
              Policy.hash("any"), InetSocketAddress::toString, new SplittableRandom(42)),
          new SplittableRandom(42));
  private final ByteBuffer stream = ByteBuffer.allocate(1 << 12);
  private final List<Long> heard = new ArrayList<>();
  private final ReplayClient client;
  private long now = 10 * SECOND;

  ReplayClientTest() {
    fetch();
    client = new ReplayClient(now, RECORDER, subscriber, ByteBuffer.allocate(1 << 12));
    SoupWriter.write(stream, new LoginAccepted(SESSION, 1));
    arrive();
    client.resume(now);
  }

  private void fetch() {
    SubscriberEvent event;
    while ((event = subscriber.pollEvent()) != null) {
      if (event instanceof Message message) {
        heard.add(message.number());
      }
    }
  }

  /** What is in the stream; the client does not see to it yet. */
  private void arrive() {
    client.awaits(now);
    client.space().put(stream.flip());
    client.arrived(now);
    stream.clear();
  }

  private void arrive(int messages) {
    for (int i = 0; i < messages; i++) {
      SoupWriter.write(stream, SoupType.SEQUENCED, ByteBuffer.allocate(i));
    }
    arrive();
  }

  private void hearLive(long number) {
    ByteBuffer packet = ByteBuffer.allocate(100);
    var writer = new DownstreamWriter(SESSION);
    writer.begin(packet, number);
    writer.add(ByteBuffer.allocate(1));
    subscriber.onDatagram(
        now, Channel.GROUP, InetSocketAddress.createUnresolved("publisher", 1), packet.flip());
  }

  @Test
  void messagesThatComeNextAreHandedOverFromWhereTheyAre() {
    arrive(3);

    assertEquals(3, client.takeInOrder(now));
    for (int i = 0; i < 3; i++) {
      assertEquals(i, client.message().remaining());
    }
    client.resume(now);
    fetch();
    assertEquals(List.of(), heard);
    assertEquals(4, subscriber.position());
    assertEquals(3, subscriber.statistics().replayed());
  }

  @Test
  void nothingIsHandedOverBeforeWhatWaits() {
    arrive(2);
    client.resume(now);
    arrive(2);

    assertEquals(0, client.takeInOrder(now));

    client.resume(now);
    fetch();
    assertEquals(List.of(1L, 2L, 3L, 4L), heard);
  }

  @Test
  void isHandedOverUpToWhatWasHeardLive() {
    hearLive(3);
    fetch();
    arrive(4);

    assertEquals(2, client.takeInOrder(now));
    assertFalse(client.awaits(now), "has joined");
    fetch();
    assertEquals(List.of(3L), heard);
    assertEquals(4, subscriber.position());
  }

  @Test
  void aRecorderThatSendsNothingIsGivenUp() {
    assertTrue(client.awaits(now));
    now += 16 * SECOND;
    client.onTimeout(now);
    assertTrue(client.isClosed());
  }

  @Test
  void aHeartbeatIsNoProgress() {
    hearLive(1000);
    fetch();
    now += SubscriberSettings.DEFAULT.giveUpNanos() + SECOND;
    SoupWriter.write(stream, SoupType.SERVER_HEARTBEAT);
    arrive();

    assertEquals(0, client.takeInOrder(now));
    client.close(now);

    assertEquals(999, subscriber.statistics().lost(), "given up");
  }

  @Test
  void aSlowUserIsNoSilenceOfTheRecorder() {
    hearLive(1_000_000);
    fetch();
    arrive(1);
    assertEquals(1, client.takeInOrder(now));
    now += 20 * SECOND; // the user takes its time
    client.onTimeout(now);
    client.resume(now);
    assertTrue(client.awaits(now));
    client.onTimeout(now);
    assertFalse(client.isClosed());

    now += 2 * SECOND; // there is more, and it does not come
    client.onTimeout(now);
    assertTrue(client.isClosed());
  }
}
