package dev.twincast.anycast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.twincast.anycast.net.server.SharedPort;
import java.io.IOException;
import java.io.Serial;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AnycastServerTest {

  @Test
  void serversOnOnePortShareConnections() throws IOException {
    assumeTrue(AnycastServer.canSharePort(), "this platform does not spread connections");
    Map<String, Integer> answers = new HashMap<>();
    try (var a = greeting("a").open();
        var b = greeting("b").port(a.port()).open();
        var c = greeting("c").port(a.port()).open()) {
      for (int i = 0; i < 300; i++) {
        try (var client = TestClient.of(a)) {
          answers.merge(client.line(), 1, Integer::sum);
        }
      }
      assertEquals(3, answers.size(), answers::toString);
      assertEquals(
          300, a.statistics().accepted() + b.statistics().accepted() + c.statistics().accepted());
    }
  }

  @Test
  void saysWhyThePortIsNotToBeHad() throws IOException {
    assumeTrue(AnycastServer.canSharePort(), "the text is another one");
    try (var other = new ServerSocket(0, 1, TestClient.LOOPBACK)) {
      AnycastServer.Builder builder = greeting("a").port(other.getLocalPort());
      var e = assertThrows(BindException.class, builder::open);
      String start = "port " + other.getLocalPort() + " on 127.0.0.1 is in use by a program";
      assertStartsWith(start, e);
    }
  }

  @Test
  void saysThatAnAddressIsNotOfThisMachine() {
    AnycastServer.Builder builder = greeting("a").bind(InetAddress.ofLiteral("192.0.2.1"));
    var e = assertThrows(BindException.class, builder::open);
    assertStartsWith("this machine has no address 192.0.2.1", e);
  }

  @Test
  void saysThatAPortNeedsPrivileges() {
    var e =
        SharedPort.explained(
            new InetSocketAddress(TestClient.LOOPBACK, 80),
            new SocketException("Permission denied"));
    assertStartsWith("port 80 on 127.0.0.1 is not permitted", e);
  }

  @Test
  void refusesOptionsOutOfRange() {
    AnycastServer.Builder builder = greeting("a");
    assertThrows(IllegalArgumentException.class, () -> builder.port(-1));
    assertThrows(IllegalArgumentException.class, () -> builder.port(65_536));
    assertThrows(IllegalArgumentException.class, () -> builder.maxConnections(0));
    assertThrows(IllegalArgumentException.class, () -> builder.idle(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> builder.drain(Duration.ofMillis(-1)));
  }

  @Test
  void closesConnectionsOverTheLimitAtOnceAndRecovers() throws IOException {
    try (var server = greeting("a").maxConnections(2).open()) {
      try (var first = TestClient.of(server);
          var second = TestClient.of(server)) {
        first.line();
        second.line();
        try (var third = TestClient.of(server)) {
          assertEquals("", third.rest());
        }
        assertEquals(streams(2, 1, 0, 0, 2), server.statistics());
      }
      Eventually.until("the others have gone", () -> greets(server));
    }
  }

  @Test
  void cutsAClientThatSaysNothing() throws IOException {
    try (var server = greeting("a").idle(Duration.ofMillis(100)).open();
        var client = TestClient.of(server)) {
      assertEquals("Hello from server a\n", client.rest());
      assertEquals(streams(1, 0, 1, 0, 0), settled(server));
    }
  }

  @Test
  void cutsAClientThatNeverReads() throws IOException {
    byte[] bytes = new byte[100_000];
    ByteBuffer direct = ByteBuffer.allocateDirect(1_000_000);
    cutsAClientThatNeverReads(connection -> connection.output().write(bytes));
    cutsAClientThatNeverReads(connection -> connection.write(direct.clear()));
  }

  private static void cutsAClientThatNeverReads(Service service) throws IOException {
    Service endless =
        connection -> {
          while (true) {
            service.serve(connection);
          }
        };
    try (var server = serving(endless).idle(Duration.ofMillis(100)).open();
        var client = TestClient.of(server)) {
      assertEquals(streams(1, 0, 1, 0, 0), settled(server));
      assertTrue(client.socket.isConnected());
    }
  }

  @Test
  void writesWhatRemainsInABuffer() throws IOException {
    String text = "0123456789".repeat(300_000);
    byte[] bytes = ("<" + text + ">").getBytes(UTF_8);
    int end = bytes.length - 1;
    for (ByteBuffer buffer :
        List.of(
            ByteBuffer.allocateDirect(bytes.length).put(bytes),
            ByteBuffer.wrap(bytes),
            ByteBuffer.wrap(bytes).asReadOnlyBuffer())) {
      buffer.limit(end).position(1);
      try (var server = serving(connection -> connection.write(buffer)).open();
          var client = TestClient.of(server)) {
        assertEquals(text, client.rest());
        settled(server);
      }
      assertEquals(end, buffer.position());
      assertEquals(end, buffer.limit());
    }
  }

  @Test
  void doesNotCutAClientThatWaitsForASlowService() throws Exception {
    var answerNow = new CountDownLatch(1);
    Service slow =
        connection -> {
          await(answerNow);
          connection.output().write('x');
        };
    try (var server = serving(slow).idle(Duration.ofMillis(20)).open();
        var other = greeting("other").idle(Duration.ofMillis(100)).open();
        var client = TestClient.of(server);
        var clock = TestClient.of(other)) {
      clock.rest(); // until the other server has cut this one
      answerNow.countDown();
      assertEquals("x", client.rest());
      assertEquals(0, server.statistics().idleClosed());
    }
  }

  @Test
  void aFailingServiceHarmsOnlyItsConnection() throws IOException {
    Service picky =
        connection -> {
          connection.output().write('x');
          switch (connection.input().read()) {
            case 'r' -> throw new ExpectedException();
            case 'e' -> throw new ExpectedError();
            case 'i' -> throw new IOException("expected in this test");
            default -> connection.output().write('y');
          }
        };
    try (var server = serving(picky).open();
        var bystander = TestClient.of(server)) {
      for (String request : List.of("r", "e", "i")) {
        try (var client = TestClient.of(server)) {
          assertEquals("x", client.send(request).rest());
        }
      }
      assertEquals("xy", bystander.send("?").rest());
      assertEquals(streams(4, 0, 0, 3, 0), settled(server));
    }
  }

  @Test
  void deliversAnAnswerToAClientWhoseRequestWasNotReadToItsEnd() throws IOException {
    byte[] answer = "x".repeat(1_000_000).getBytes(UTF_8);
    try (var server = serving(connection -> connection.output().write(answer)).open();
        var client = TestClient.of(server)) {
      client.send("y".repeat(100_000)).endOfInput();
      assertEquals(answer.length, client.rest().length());
    }
  }

  @Test
  void closeAnswersWhatHasArrived() throws Exception {
    var mayAnswer = new CountDownLatch(1);
    var greeting = GreetingService.named("a");
    Service delayed =
        connection -> {
          await(mayAnswer);
          greeting.serve(connection);
        };
    AnycastServer server = serving(delayed).open();
    try (var client = TestClient.of(server)) {
      client.send("one\ntwo\nthr");
      Eventually.until("the client is accepted", () -> server.connections() == 1);
      Thread closer = Thread.startVirtualThread(server::close);
      Eventually.until("nobody listens", () -> isFree(server.port()));
      mayAnswer.countDown();
      // The third line is cut off by us, not ended by its client: half of it is not answered.
      assertEquals("Hello from server a\na: one\na: two\n", client.rest());
      closer.join();
    }
  }

  @Test
  void closeServesThoseWhoWaitToBeAccepted() throws IOException {
    AnycastServer server = greeting("a").open();
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      clients.add(TestClient.of(server));
    }
    server.close();
    for (TestClient client : clients) {
      assertEquals("Hello from server a\n", client.rest());
      client.close();
    }
  }

  @Test
  void closeEndsIdleConnectionsAtOnce() throws IOException {
    AnycastServer server = greeting("a").drain(Duration.ofMinutes(1)).open();
    try (var client = TestClient.of(server)) {
      client.line();
      assertTimeoutPreemptively(Duration.ofSeconds(10), server::close);
      assertEquals("", client.rest());
      assertEquals(0, server.connections());
    }
  }

  @Test
  void closeTellsServicesAndCutsThoseThatDoNotEnd() throws Exception {
    var toldSo = new AtomicBoolean();
    var interrupted = new CountDownLatch(1);
    Service stubborn =
        connection -> {
          while (connection.input().read() >= 0) {}
          toldSo.set(connection.isDraining());
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
        };
    AnycastServer server = serving(stubborn).drain(Duration.ofMillis(100)).open();
    try (var client = TestClient.of(server)) {
      client.send("x");
      Eventually.until("the client is accepted", () -> server.connections() == 1);
      assertTimeoutPreemptively(Duration.ofSeconds(10), server::close);
      interrupted.await();
      assertTrue(toldSo.get());
      assertEquals("", client.rest());
      assertEquals(streams(1, 0, 0, 0, 0), server.statistics());
    }
  }

  @Test
  void closeMayBeCalledByManyAtOnceAndAgain() throws Exception {
    AnycastServer server = greeting("a").open();
    try (var client = TestClient.of(server)) {
      client.line();
      List<Thread> closers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        closers.add(Thread.startVirtualThread(server::close));
      }
      for (Thread closer : closers) {
        closer.join();
      }
      server.close();
    }
    assertTrue(isFree(server.port()));
  }

  @Test
  void closeOnAnInterruptedThreadCutsAtOnce() throws Exception {
    var never = new CountDownLatch(1);
    AnycastServer server = serving(connection -> await(never)).drain(Duration.ofMinutes(1)).open();
    try (var client = TestClient.of(server)) {
      Eventually.until("the client is accepted", () -> server.connections() == 1);
      var stillInterrupted = new AtomicBoolean();
      Thread closer =
          Thread.ofVirtual()
              .unstarted(() -> {
                Thread.currentThread().interrupt();
                server.close();
                stillInterrupted.set(Thread.currentThread().isInterrupted());
              });
      closer.start();
      closer.join();
      assertTrue(stillInterrupted.get());
      Eventually.until("all is closed", () -> server.connections() == 0 && isFree(server.port()));
      assertFalse(client.socket.isClosed());
    }
  }

  @Test
  void closeEndsAllItsThreads() throws IOException {
    AnycastServer server = greeting("a").open();
    String acceptor = "twincast-server-" + server.port();
    assertTrue(threadNames().contains(acceptor));
    server.close();
    assertFalse(threadNames().contains(acceptor));
  }

  private static final class ExpectedError extends Error {
    @Serial private static final long serialVersionUID = 1;

    ExpectedError() {
      super("expected in this test", null, false, false);
    }
  }

  private static void assertStartsWith(String start, Exception e) {
    assertTrue(String.valueOf(e.getMessage()).startsWith(start), e.getMessage());
  }

  private static ServerStatistics streams(
      long accepted, long refused, long idleClosed, long failed, int open) {
    return new ServerStatistics(accepted, refused, 0, idleClosed, 0, 0, 0, 0, failed, open);
  }

  private static AnycastServer.Builder greeting(String name) {
    return serving(GreetingService.named(name));
  }

  private static AnycastServer.Builder serving(Service service) {
    return AnycastServer.builder(service).bind(TestClient.LOOPBACK).port(0);
  }

  private static ServerStatistics settled(AnycastServer server) {
    Eventually.until(
        "the connections are over",
        () -> server.statistics().accepted() > 0 && server.connections() == 0);
    return server.statistics();
  }

  private static boolean greets(AnycastServer server) {
    try (var client = TestClient.of(server)) {
      return client.socket.getInputStream().read() == 'H';
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isFree(int port) {
    try (var probe = new ServerSocket(port, 1, TestClient.LOOPBACK)) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static Set<String> threadNames() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .collect(Collectors.toSet());
  }
}
