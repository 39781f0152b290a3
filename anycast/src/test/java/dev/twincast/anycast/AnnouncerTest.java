package dev.twincast.anycast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.Announcer.Event;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An announcer between a real service and a BIRD of our own. */
class AnnouncerTest {
  private static final Service SILENT = connection -> connection.input().read();

  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final Path folder;
  private final Path socket;
  private FakeBird bird;

  AnnouncerTest(@TempDir Path folder) {
    this.folder = folder;
    socket = folder.resolve("bird.ctl");
    bird = new FakeBird(socket);
  }

  @AfterEach
  void stopBird() {
    bird.close();
  }

  private Announcer.Builder announcer(Check check) {
    return Announcer.builder("10.99.0.1")
        .via(new Via.Bird(socket, "vip1"))
        .check(check)
        .interval(Duration.ofMillis(10))
        .lease(Duration.ofSeconds(3))
        .holdDown(Duration.ZERO)
        .observer(events::add);
  }

  private static AnycastServer serve(Service service, int port) throws IOException {
    return AnycastServer.builder(service)
        .bind(InetAddress.getLoopbackAddress())
        .port(port)
        .drain(Duration.ZERO)
        .open();
  }

  private static Check greetingOf(int port) {
    return Check.greeting(new Endpoint("127.0.0.1", port));
  }

  private void awaitEnabled(boolean enabled) {
    Eventually.until("enabled is " + enabled + ": " + events, () -> bird.isEnabled() == enabled);
  }

  private void awaitEvent(Predicate<Event> wanted) {
    Eventually.until("told, among " + events, () -> events.stream().anyMatch(wanted));
  }

  @Test
  void followsTheHealthOfTheServiceAndTellsWhy() throws IOException {
    AnycastServer server = serve(GreetingService.named("a"), 0);
    int port = server.port();
    try (Announcer announcer = announcer(greetingOf(port)).open()) {
      awaitEnabled(true);
      Eventually.until("announced", announcer::isAnnounced);
      server.close();
      awaitEnabled(false);
      awaitEvent(e -> e instanceof Event.Withdrawn w && !w.reason().isEmpty());
      assertFalse(announcer.isAnnounced());

      try (AnycastServer again = serve(GreetingService.named("a"), port)) {
        awaitEnabled(true);
        assertEquals(port, again.port());
      }
    }
    assertFalse(bird.isEnabled());
  }

  @Test
  void withdrawingIsForGoodAndHarmlessWhenRepeated() throws IOException {
    try (AnycastServer server = serve(GreetingService.named("a"), 0);
        Announcer announcer = announcer(greetingOf(server.port())).open()) {
      awaitEnabled(true);

      announcer.withdraw();

      assertFalse(bird.isEnabled());
      assertTrue(announcer.isWithdrawn());
      announcer.withdraw();
      assertEquals(
          1, events.stream().filter(e -> e instanceof Event.Withdrawn).count(), events::toString);
    }
  }

  @Test
  void aServiceThatAcceptsAndSaysNothingIsNotAnnounced() throws IOException {
    try (AnycastServer server = serve(SILENT, 0);
        Announcer announcer =
            announcer(greetingOf(server.port())).checkTimeout(Duration.ofMillis(20)).open()) {
      awaitEvent(e -> e.equals(new Event.Checked(false, "no answer within 20 ms")));
      assertFalse(announcer.isAnnounced());
      assertFalse(bird.commands().contains("enable 'vip1'"));
    }
  }

  @Test
  void whatSomebodyElseHasLeftAnnouncedIsWithdrawnFirst() throws IOException {
    bird.enable(true);
    try (Announcer announcer = announcer(Check.command("exit 3")).open()) {
      assertFalse(bird.isEnabled());
      awaitEvent(e -> e instanceof Event.Withdrawn w && w.reason().contains("no check has passed"));
      awaitEvent(e -> e instanceof Event.Checked c && c.reason().contains("exit code 3"));
      assertFalse(announcer.isAnnounced());
    }
  }

  @Test
  void whatAnOperatorOrARestartDisablesIsEnabledAgain() throws IOException {
    try (Announcer announcer = announcer(Check.command("true")).open()) {
      awaitEnabled(true);
      bird.enable(false);
      awaitEnabled(true);

      bird.close();
      awaitEvent(e -> e instanceof Event.Failed f && f.reason().contains("is BIRD running?"));
      bird = new FakeBird(socket);
      awaitEnabled(true);
      assertFalse(announcer.isWithdrawn());
    }
  }

  @Test
  void aDaemonThatHangsIsToldAndTriedAgain() throws IOException {
    try (Announcer announcer = announcer(Check.command("true")).open()) {
      awaitEnabled(true);
      bird.silence(true);
      awaitEvent(e -> e instanceof Event.Failed f && f.reason().contains("no answer within"));
      bird.silence(false);
      Eventually.until("announced again", announcer::isAnnounced);
    }
  }

  @Test
  void closingWhileTheDaemonHangsIsBoundedAndNotTakenForDone() throws IOException {
    Announcer announcer = announcer(Check.command("true")).open();
    awaitEnabled(true);
    bird.silence(true);

    announcer.close();

    assertFalse(announcer.isWithdrawn());
  }

  @Test
  void readsTheAnswerItWasToldToExpect() throws IOException {
    Service redis =
        connection -> {
          connection.input().readNBytes(6);
          connection.output().write("+PONG\r\n".getBytes(UTF_8));
          connection.output().flush();
        };
    try (AnycastServer server = serve(redis, 0)) {
      String url = "tcp://127.0.0.1:" + server.port() + "?send=PING%0D%0A&expect=";
      try (Announcer good = announcer(Check.parse(url + "PONG")).open()) {
        awaitEnabled(true);
        assertTrue(bird.isEnabled());
        assertFalse(good.isWithdrawn());
      }
      try (Announcer bad = announcer(Check.parse(url + "loading")).open()) {
        awaitEvent(e -> e.equals(new Event.Checked(false, "not the expected answer: +PONG")));
        assertTrue(bad.isWithdrawn());
      }
    }
  }

  @Test
  void aMessageServiceIsPinged() throws IOException {
    Service messages =
        connection -> {
          while (connection.input().readNBytes(4).length == 4) {
            connection.output().write(new byte[] {-1, -1, -1, -3});
            connection.output().flush();
          }
        };
    try (AnycastServer server = serve(messages, 0);
        Announcer announcer =
            announcer(Check.ping(new Endpoint("127.0.0.1", server.port()))).open()) {
      awaitEnabled(true);
      assertFalse(announcer.isWithdrawn());
    }
  }

  @Test
  void aCheckOfTheVipThatThisMachineHasNotGotFails() throws IOException {
    try (Announcer announcer = announcer(Check.parse("tcp://10.99.0.1:5000")).open()) {
      awaitEvent(e -> e instanceof Event.Checked c && c.reason().contains("not on this machine"));
      assertFalse(announcer.isAnnounced());
    }
  }

  @Test
  void aProtocolThatBirdDoesNotKnowIsRefusedWithAdvice() {
    var e =
        assertThrows(
            IOException.class,
            () ->
                Announcer.builder("10.99.0.1")
                    .via(new Via.Bird(socket, "nix"))
                    .check(Check.command("true"))
                    .open());
    assertTrue(("" + e.getMessage()).contains("no static protocol nix"), "" + e);
    assertTrue(("" + e.getMessage()).contains("show protocols"), "" + e);
  }

  @Test
  void aProtocolThatRoutesSomethingElseIsRefused() {
    var e =
        assertThrows(
            IOException.class,
            () ->
                Announcer.builder("10.99.0.2")
                    .via(new Via.Bird(socket, "vip1"))
                    .check(Check.command("true"))
                    .open());
    assertTrue(("" + e.getMessage()).contains("routes 10.99.0.1/32"), "" + e);
  }

  @Test
  void anAddressThatNoWayAnnouncesIsRefused() {
    var builder =
        Announcer.builder("10.99.0.1", "10.99.0.2")
            .via(new Via.Bird(socket, "vip1"))
            .check(Check.command("true"));
    var e = assertThrows(IllegalArgumentException.class, builder::open);
    assertTrue(("" + e.getMessage()).contains("10.99.0.2/32"), "" + e);
  }

  @Test
  void aSocketThatIsNotThereIsRefusedWithAdvice() {
    Via nowhere = new Via.Bird(folder.resolve("nowhere"), "vip1");
    var builder = Announcer.builder("10.99.0.1").via(nowhere).check(Check.command("true"));

    var e = assertThrows(NoSuchFileException.class, builder::open);
    assertTrue(("" + e.getMessage()).contains("is BIRD running?"), "" + e);
  }

  @Test
  void somethingElseAtTheSocketIsNamedSo() throws IOException {
    Path other = folder.resolve("other");
    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(other));
      Thread.ofVirtual()
          .start(() -> {
            try (var connection = listener.accept()) {
              connection.write(UTF_8.encode("HTTP/1.1 400\r\n"));
            } catch (IOException e) {
              // the test sees it
            }
          });
      var builder =
          Announcer.builder("10.99.0.1")
              .via(new Via.Bird(other, "vip1"))
              .check(Check.command("true"));
      var e = assertThrows(IOException.class, builder::open);
      assertTrue(("" + e.getMessage()).contains("no control socket of BIRD"), "" + e);
    }
  }

  @Test
  void aConnectionOfADeadServiceBreaksAndThatIsSeenBeforeTheNextCheck() throws IOException {
    try (ServerSocket listener = new ServerSocket()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Thread.ofVirtual()
          .start(() -> {
            List<Socket> open = new CopyOnWriteArrayList<>();
            try (listener) {
              for (int i = 0; i < 4; i++) { // three checks and the connection held
                open.add(listener.accept());
                open.getLast().getOutputStream().write('x');
              }
            } catch (IOException e) {
              // the test is over
            } finally {
              open.forEach(AnnouncerTest::closeQuietly);
            }
          });
      // A thousand failures in a row would last minutes: only the break can tell.
      try (Announcer announcer =
          announcer(greetingOf(listener.getLocalPort()))
              .interval(Duration.ofMillis(300))
              .fall(1_000)
              .open()) {
        awaitEnabled(true);
        awaitEnabled(false);
        Eventually.until("withdrawn", announcer::isWithdrawn);
      }
    }
  }

  @Test
  void aServiceThatRefusesIsSaidToRefuse() throws IOException {
    int port;
    try (AnycastServer server = serve(GreetingService.named("a"), 0)) {
      port = server.port();
    }
    try (Announcer announcer = announcer(greetingOf(port)).open()) {
      awaitEvent(e -> e.equals(new Event.Checked(false, "Connection refused")));
      assertFalse(announcer.isAnnounced());
    }
  }

  @Test
  void aFaultOfItsOwnWithdrawsAndIsTold() throws IOException {
    Error fault = new AssertionError("a fault");
    Announcer announcer =
        announcer(Check.command("true"))
            .observer(event -> {
              events.add(event);
              if (event instanceof Event.Announced) {
                throw fault;
              }
            })
            .open();

    var e = assertThrows(IllegalStateException.class, announcer::await);

    assertSame(fault, e.getCause());
    assertFalse(bird.isEnabled());
    assertTrue(announcer.isWithdrawn());
    assertEquals(new Event.Ended("the announcer failed: " + fault), events.getLast());
    announcer.close();
  }

  @Test
  void awaitingReturnsWhenSomebodyWithdraws() throws Exception {
    Announcer announcer = announcer(Check.command("true")).open();
    awaitEnabled(true);
    Thread other = Thread.ofVirtual().start(announcer::withdraw);

    announcer.await();

    other.join();
    assertTrue(announcer.isWithdrawn());
    assertEquals(new Event.Ended("the announcer ends"), events.getLast());
  }

  @Test
  void anObserverThatThrowsIsToldTheRest() throws IOException {
    try (Announcer announcer =
        announcer(Check.command("true"))
            .observer(event -> {
              events.add(event);
              throw new ExpectedException();
            })
            .open()) {
      awaitEnabled(true);
      bird.enable(false);
      awaitEnabled(true);
      assertFalse(announcer.isWithdrawn());
    }
    assertEquals(new Event.Ended("the announcer ends"), events.getLast());
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
