package dev.twincast.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.Endpoint;
import dev.twincast.feed.files.FileEvent;
import dev.twincast.feed.files.FileSource;
import dev.twincast.feed.files.FolderReceiver;
import dev.twincast.feed.soup.LoginRequest;
import dev.twincast.feed.soup.SoupReader;
import dev.twincast.feed.soup.SoupType;
import dev.twincast.feed.soup.SoupWriter;
import dev.twincast.multicast.Group;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets, on the loopback interface. */
class LoopbackTest {
  private final Group group = freeGroup();
  private final NetworkInterface loopback = loopback();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable it : opened.reversed()) {
      it.close();
    }
  }

  @Test
  void aSubscriberHearsWhatIsPublished() throws Exception {
    var heard = new Heard(3);
    open(subscriber().open(heard));
    Publisher publisher = open(publisher("prices").open());

    for (String message : List.of("a", "", "c")) {
      publisher.publish(message.getBytes(UTF_8));
    }

    assertEquals(List.of("#1 a", "#2 ", "#3 c"), heard.all());
  }

  @Test
  void whatIsLostIsAskedOfThePublisher() throws Exception {
    int count = 20_000;
    var heard = new Heard(count);
    Subscriber subscriber = open(subscriber().from(1).simulatedLoss(0.1).open(heard));
    Publisher publisher = open(publisher("prices").open());

    for (int i = 1; i <= count; i++) {
      publisher.publish(("message " + i).getBytes(UTF_8));
    }

    assertEquals(numbered(count), heard.all());
    assertTrue(subscriber.statistics().simulatedDrops() > 0);
    assertTrue(subscriber.statistics().repaired() + subscriber.statistics().replayed() > 0);
    assertEquals(0, subscriber.statistics().lost());
  }

  @Test
  void whoComesLateIsReplayedAllOfIt() throws Exception {
    int count = 50_000;
    Publisher publisher = open(publisher("prices").open());
    for (int i = 1; i <= count; i++) {
      publisher.publish(("message " + i).getBytes(UTF_8));
    }
    var heard = new Heard(count + 1);

    open(subscriber().from(1).open(heard));
    publisher.publish(("message " + (count + 1)).getBytes(UTF_8));

    assertEquals(numbered(count + 1), heard.all());
  }

  @Test
  void aRecorderRepairsWhenThePublisherIsGone(@TempDir Path folder) throws Exception {
    int count = 1000;
    Recorder recorder =
        open(
            Recorder.builder(group)
                .networkInterface(loopback)
                .port(0)
                .journal(JournalOptions.in(folder))
                .open());
    Publisher publisher = open(publisher("prices").acks(1, 100).open());
    for (int i = 1; i <= count; i++) {
      publisher.publish(("message " + i).getBytes(UTF_8));
    }
    assertTrue(publisher.flush(Duration.ofSeconds(20)), "acknowledged");
    publisher.close();
    var heard = new Heard(count);

    open(
        subscriber()
            .session("prices")
            .from(1)
            .recorders(List.of(new Endpoint("127.0.0.1", recorder.address().getPort())))
            .open(heard));

    assertEquals(numbered(count), heard.all());
  }

  @Test
  void numberingGoesOnWithTheJournal(@TempDir Path folder) throws Exception {
    try (Publisher publisher = publisher("prices").journal(JournalOptions.in(folder)).open()) {
      publisher.publish("message 1".getBytes(UTF_8));
    }
    var heard = new Heard(2);
    open(subscriber().from(1).open(heard));

    Publisher again = open(publisher("prices").journal(JournalOptions.in(folder)).open());
    again.publish("message 2".getBytes(UTF_8));

    assertEquals(numbered(2), heard.all());
  }

  @Test
  void numbersAreNotUsedTwiceThoughTheJournalIsDamaged(@TempDir Path folder) throws Exception {
    try (Publisher publisher = publisher("prices").journal(JournalOptions.in(folder)).open()) {
      for (int i = 1; i <= 100; i++) {
        publisher.publish(("message " + i).getBytes(UTF_8));
      }
    }
    try (var files = Files.list(folder);
        var segment =
            FileChannel.open(
                files.filter(it -> it.toString().endsWith(".journal")).findFirst().orElseThrow(),
                StandardOpenOption.WRITE)) {
      segment.write(ByteBuffer.wrap(new byte[] {'x'}), 1000);
    }

    Publisher again = open(publisher("prices").journal(JournalOptions.in(folder)).open());

    assertEquals(101, again.publish("message 101".getBytes(UTF_8)));
  }

  @Test
  void aPublisherThatCannotBeOpenedLetsItsJournalGo(@TempDir Path folder) throws Exception {
    Publisher.Builder options = publisher("prices").journal(JournalOptions.in(folder));
    assertThrows(IllegalArgumentException.class, () -> options.ttl(256).open());

    Publisher publisher = open(options.ttl(1).open());

    assertEquals(1, publisher.publish(new byte[0]));
  }

  @Test
  void theEndOfTheSessionIsTold() throws Exception {
    var ended = new CountDownLatch(1);
    open(
        subscriber()
            .open(
                new FeedHandler() {
                  @Override
                  public void onMessage(long number, ByteBuffer message) {}

                  @Override
                  public void onEnded(long next) {
                    if (next == 2) {
                      ended.countDown();
                    }
                  }
                }));
    Publisher publisher = open(publisher("prices").linger(Duration.ofMillis(300)).open());
    publisher.publish("last".getBytes(UTF_8));

    publisher.end();

    assertTrue(ended.await(20, TimeUnit.SECONDS));
    assertThrows(IllegalStateException.class, () -> publisher.publish(new byte[1]));
  }

  @Test
  void aPublisherThatKnowsHowManyReceiveLeavesWhenTheyAreDone() throws Exception {
    var ended = new CountDownLatch(2);
    List<Subscriber> subscribers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      subscribers.add(open(subscriber().simulatedLoss(0.1).from(1).open(untilEnd(ended))));
    }
    Publisher publisher = open(publisher("prices").receivers(2).linger(Duration.ofDays(1)).open());
    for (int i = 1; i <= 1000; i++) {
      publisher.publish(("message " + i).getBytes(UTF_8));
    }
    assertFalse(subscribers.getFirst().reportComplete(), "there may be more to come");
    publisher.end();
    assertTrue(ended.await(20, TimeUnit.SECONDS));
    assertEquals(0, publisher.statistics().complete(), "ended, but nobody is done with it");
    Thread closing = Thread.ofPlatform().start(publisher::close);

    assertTrue(subscribers.getFirst().reportComplete());
    assertTrue(closing.isAlive(), "one of two is not all");
    assertTrue(subscribers.getLast().reportComplete());

    assertTrue(closing.join(Duration.ofSeconds(20)), "closed, a day before the linger is over");
    assertEquals(2, publisher.statistics().complete());
  }

  private static FeedHandler untilEnd(CountDownLatch ended) {
    return new FeedHandler() {
      @Override
      public void onMessage(long number, ByteBuffer message) {}

      @Override
      public void onEnded(long next) {
        ended.countDown();
      }
    };
  }

  @Test
  void whoIsReplayedTheEndClosesTheConnectionItself() throws Exception {
    Publisher publisher = open(publisher("prices").open());
    publisher.publish("last".getBytes(UTF_8));
    publisher.end();
    ByteBuffer login = ByteBuffer.allocate(64);
    SoupWriter.write(login, new LoginRequest("", "", Optional.empty(), 1));
    var soup = new SoupReader(ByteBuffer.allocate(1024));

    try (var slow = new Socket(publisher.recorder().getAddress(), publisher.recorder().getPort())) {
      slow.getOutputStream().write(login.array(), 0, login.position());
      var in = slow.getInputStream();
      do {
        int b = in.read();
        assertTrue(b >= 0, "closed before the end was told");
        soup.space().put((byte) b);
        soup.arrived();
      } while (!soup.next() || soup.type() != SoupType.END_OF_SESSION);

      slow.setSoTimeout(200); // one that is slow gets here later, and what it has not read is safe
      assertThrows(SocketTimeoutException.class, in::read);
    }
  }

  @Test
  void aMessageLongerThanAPacketIsRefused() throws Exception {
    Publisher publisher = open(publisher("prices").open());

    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> publisher.publish(new byte[publisher.maxMessageBytes() + 1]));

    assertTrue(String.valueOf(e.getMessage()).contains("publish it as a file"), e.getMessage());
  }

  @Test
  void aLargerMtuTakesLongerMessagesWhichAreRepairedAsOthers() throws Exception {
    int count = 300;
    var heard = new Heard(count);
    open(subscriber().from(1).simulatedLoss(0.1).open(heard));
    Publisher publisher = open(publisher("prices").mtu(9000).open());
    String tail = "x".repeat(4000);

    for (int i = 1; i <= count; i++) {
      publisher.publish(("message " + i + tail).getBytes(UTF_8));
    }

    assertEquals(numbered(count).stream().map(text -> text + tail).toList(), heard.all());
  }

  @Test
  void aFileIsHadWholeThoughMemoryHoldsAPartOfIt(@TempDir Path folder) throws Exception {
    byte[] content = new byte[1_000_000];
    new SplittableRandom(1).nextBytes(content);
    Path sent = Files.write(folder.resolve("large"), content);
    Publisher publisher = open(publisher("files").memory(100_000).open());
    try (var file = FileSource.open(sent, publisher.maxMessageBytes(), new SplittableRandom(1))) {
      int bytes = 0;
      do {
        bytes = publisher.publishNext(file);
      } while (bytes > 0);
    }
    var complete = new CountDownLatch(1);

    try (var in = FolderReceiver.open(folder.resolve("in"), "files", Long.MAX_VALUE)) {
      open(
          subscriber()
              .from(1)
              .open(
                  new FeedHandler() {
                    @Override
                    public void onMessage(long number, ByteBuffer message) {
                      try {
                        if (in.onMessage(message).stream()
                            .anyMatch(FileEvent.Received.class::isInstance)) {
                          complete.countDown();
                        }
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    }
                  }));

      assertTrue(complete.await(20, TimeUnit.SECONDS));
    }
    assertEquals(-1, Files.mismatch(sent, folder.resolve("in").resolve("large")));
  }

  @Test
  void aPortInUseIsSaidSo() throws Exception {
    Publisher publisher = open(publisher("prices").open());
    int port = publisher.recorder().getPort();

    var e = assertThrows(BindException.class, () -> publisher("other").recorderPort(port).open());

    assertTrue(String.valueOf(e.getMessage()).contains("port " + port), e.getMessage());
  }

  private Publisher.Builder publisher(String session) {
    return Publisher.builder(group, session)
        .networkInterface(loopback)
        .recorderPort(0)
        .linger(Duration.ZERO);
  }

  private Subscriber.Builder subscriber() {
    return Subscriber.builder(group).networkInterface(loopback);
  }

  private <T extends AutoCloseable> T open(T it) {
    opened.add(it);
    return it;
  }

  private static List<String> numbered(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "#" + i + " message " + i).toList();
  }

  private static Group freeGroup() {
    try (var socket = new DatagramSocket()) {
      var random = ThreadLocalRandom.current();
      return Group.parse(
          "239.51.%d.%d:%d"
              .formatted(random.nextInt(256), random.nextInt(1, 255), socket.getLocalPort()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static NetworkInterface loopback() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(it -> {
            try {
              return it.isLoopback();
            } catch (IOException e) {
              return false;
            }
          })
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Keeps messages until there are so many. */
  private static final class Heard implements FeedHandler {
    private final List<String> messages = new ArrayList<>();
    private final CountDownLatch missing;

    Heard(int count) {
      missing = new CountDownLatch(count);
    }

    @Override
    public void onMessage(long number, ByteBuffer message) {
      synchronized (messages) {
        messages.add("#" + number + " " + UTF_8.decode(message));
      }
      missing.countDown();
    }

    @Override
    public void onLost(long from, long to, String reason) {
      synchronized (messages) {
        messages.add("lost " + from + "-" + to + ": " + reason);
      }
    }

    List<String> all() throws InterruptedException {
      assertTrue(missing.await(60, TimeUnit.SECONDS), () -> missing.getCount() + " did not come");
      synchronized (messages) {
        return List.copyOf(messages);
      }
    }
  }
}
