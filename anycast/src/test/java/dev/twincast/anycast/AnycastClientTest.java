package dev.twincast.anycast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class AnycastClientTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(200);

  @Test
  void callsAReplicaWithNothingConfigured() throws IOException {
    try (var server = replica("a", 0);
        var client = AnycastClient.to("127.0.0.1:" + server.port())) {
      assertEquals("Hello from server a\n", client.call(TestClient::line));
    }
  }

  @Test
  void reachesAReplicaOnIpv6() throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("::1");
    try (var probe = new ServerSocket(0, 1, loopback)) {
      assumeTrue(probe.isBound());
    } catch (IOException e) {
      assumeTrue(false, "no IPv6 here: " + e.getMessage());
    }
    var builder = AnycastServer.builder(GreetingService.named("six")).bind(loopback).port(0);
    try (var server = builder.open();
        var client = AnycastClient.to("[::1]:" + server.port())) {
      assertEquals("Hello from server six\n", client.call(TestClient::line));
    }
  }

  @Test
  void passesOverAReplicaThatRefuses() throws IOException {
    var failures = new Failures();
    try (var dead = deadPort();
        var server = replica("a", 0);
        var client = client(failures, dead.getLocalPort(), server.port()).timeout(LONG).open()) {
      for (int i = 0; i < 20; i++) {
        assertEquals("Hello from server a\n", client.call(TestClient::line));
      }
    }
    assertEquals(Set.of("Connection refused"), failures.reasons());
  }

  @Test
  void passesOverAReplicaThatClosesAtOnce() throws IOException {
    Service closing = connection -> {};
    try (var dead = AnycastServer.builder(closing).bind(TestClient.LOOPBACK).port(0).open();
        var server = replica("a", 0);
        var client = client(new Failures(), dead.port(), server.port()).timeout(LONG).open()) {
      for (int i = 0; i < 20; i++) {
        assertEquals("Hello from server a\n", client.call(TestClient::line));
      }
      assertTrue(dead.statistics().accepted() > 0);
      assertTrue(client.statistics().retried() > 0);
    }
  }

  @Test
  void passesOverAReplicaThatNeverAnswers() throws IOException {
    var failures = new Failures();
    try (var silent = new ServerSocket(0, 100, TestClient.LOOPBACK);
        var server = replica("a", 0);
        var client =
            client(failures, silent.getLocalPort(), server.port())
                .timeout(LONG)
                .attemptTimeout(SHORT)
                .open()) {
      callUntilOneFails(client, failures);
    }
    assertEquals(Set.of("no answer within 200 ms"), failures.reasons());
  }

  @Test
  @EnabledOnOs(OS.LINUX) // others refuse when the queue is full
  void passesOverAReplicaThatDoesNotEvenConnect() throws IOException {
    var failures = new Failures();
    List<SocketChannel> queue = new ArrayList<>();
    try (var full = new ServerSocket(0, 1, TestClient.LOOPBACK);
        var server = replica("a", 0);
        var client =
            client(failures, full.getLocalPort(), server.port())
                .timeout(LONG)
                .attemptTimeout(SHORT)
                .open()) {
      for (int i = 0; i < 8; i++) {
        SocketChannel waiting = SocketChannel.open();
        queue.add(waiting);
        waiting.configureBlocking(false);
        waiting.connect(full.getLocalSocketAddress());
      }
      callUntilOneFails(client, failures);
    } finally {
      for (SocketChannel waiting : queue) {
        waiting.close();
      }
    }
    assertEquals(Set.of("no connection within 200 ms"), failures.reasons());
  }

  @Test
  void aReplicaThatAnswersDropByDropDoesNotHoldACall() throws IOException {
    Service dripping =
        connection -> {
          while (true) {
            connection.output().write('x');
            Thread.onSpinWait();
          }
        };
    try (var server = AnycastServer.builder(dripping).bind(TestClient.LOOPBACK).port(0).open();
        var client = client(new Failures(), server.port()).timeout(SHORT).open()) {
      assertEndsInTime(client, "no answer within");
    }
  }

  @Test
  void aReplicaThatNeverReadsDoesNotHoldACall() throws IOException {
    IdempotentExchange<String> large =
        socket -> {
          while (true) {
            socket.getOutputStream().write(new byte[100_000]);
          }
        };
    try (var silent = new ServerSocket(0, 100, TestClient.LOOPBACK);
        var client = client(new Failures(), silent.getLocalPort()).timeout(SHORT).open()) {
      long start = System.nanoTime();
      assertThrows(NoReplicaException.class, () -> client.call(large));
      assertTrue(System.nanoTime() - start < Duration.ofSeconds(5).toNanos());
    }
  }

  @Test
  void endsAtTheDeadlineWhenAllAreDead() throws IOException {
    try (var one = deadPort();
        var two = deadPort();
        var client =
            client(new Failures(), one.getLocalPort(), two.getLocalPort()).timeout(SHORT).open()) {
      NoReplicaException e = assertEndsInTime(client, "Connection refused");
      assertTrue(e.attempts() >= 4, e.getMessage());
      assertThrows(NoReplicaException.class, client::connect);
    }
  }

  @Test
  void triesASingleReplicaAgain() throws IOException {
    Socket dead = deadPort();
    int port = dead.getLocalPort();
    List<AnycastServer> started = new ArrayList<>();
    AnycastClient.Observer starter =
        (replica, reason) -> {
          assertEquals("127.0.0.1:" + port, replica);
          if (started.isEmpty()) {
            closeQuietly(dead);
            started.add(replica("late", port));
          }
        };
    try (var client = AnycastClient.builder(local(port)).observer(starter).timeout(LONG).open()) {
      assertEquals("Hello from server late\n", client.call(TestClient::line));
    } finally {
      started.forEach(AnycastServer::close);
    }
    assertEquals(1, started.size());
  }

  @Test
  @EnabledOnOs(OS.LINUX) // others have only 127.0.0.1 without being told
  void usesAllAddressesOfAName() throws IOException {
    List<InetAddress> addresses =
        IntStream.rangeClosed(1, 3).mapToObj(i -> InetAddress.ofLiteral("127.0.0." + i)).toList();
    List<AnycastServer> servers = new ArrayList<>();
    int port = 0;
    for (InetAddress address : addresses) {
      var service = GreetingService.named(address.getHostAddress());
      var server = AnycastServer.builder(service).bind(address).port(port).open();
      port = server.port();
      servers.add(server);
    }
    Set<String> answers = ConcurrentHashMap.newKeySet();
    try (var client =
        AnycastClient.builder(new Endpoint("app.example", port)).lookup(n -> addresses).open()) {
      for (int i = 0; i < 100; i++) {
        answers.add(client.call(TestClient::line));
      }
    } finally {
      servers.forEach(AnycastServer::close);
    }
    assertEquals(
        Set.of(
            "Hello from server 127.0.0.1\n",
            "Hello from server 127.0.0.2\n",
            "Hello from server 127.0.0.3\n"),
        answers);
  }

  @Test
  void saysThatANameIsUnknown() {
    var failures = new Failures();
    ReplicaSet.Lookup none =
        name -> {
          throw new UnknownHostException(name + ": Name or service not known");
        };
    try (var client =
        AnycastClient.builder(new Endpoint("app.invalid", 5000))
            .lookup(none)
            .timeout(Duration.ofSeconds(1))
            .observer(failures)
            .open()) {
      var e = assertThrows(NoReplicaException.class, client::connect);
      assertEquals(0, e.attempts());
      assertEquals(
          "no replica of app.invalid:5000 answered within 1 s; attempts: 0; reasons:"
              + " app.invalid:5000 (unknown host: app.invalid: Name or service not known) (check"
              + " the name, or wait until it is known)",
          e.getMessage());
      assertEquals(Set.of("app.invalid:5000"), failures.replicas());
    }
  }

  @Test
  void aLookupThatHangsDoesNotHoldACall() {
    var never = new CountDownLatch(1);
    try (var client =
        AnycastClient.builder(new Endpoint("app.example", 5000))
            .lookup(name -> hang(never))
            .timeout(SHORT)
            .open()) {
      NoReplicaException e = assertEndsInTime(client, "no answer to the look-up");
      assertEquals(0, e.attempts());
    } finally {
      never.countDown();
    }
  }

  @Test
  void losesNoCallWhileReplicasAreKilledUnderLoad() throws Exception {
    var service = GreetingService.named("b");
    var failures = new Failures();
    var stop = new AtomicBoolean();
    try (var steady = replica("a", 0);
        var first = AnycastServer.builder(service).bind(TestClient.LOOPBACK).port(0).open();
        var client = client(failures, steady.port(), first.port()).timeout(LONG).open()) {
      List<Future<Integer>> callers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        callers.add(
            onVirtualThread(() -> {
              int calls = 0;
              while (!stop.get()) {
                client.call(TestClient::line);
                calls++;
              }
              return calls;
            }));
      }
      AnycastServer victim = first;
      for (int kills = 0; kills < 10; kills++) {
        long target = service.answers() + 50;
        Eventually.until("the victim is in use", () -> service.answers() >= target);
        victim.close();
        victim = replica(service, victim.port());
      }
      stop.set(true);
      int calls = 0;
      for (Future<Integer> caller : callers) {
        calls += caller.get();
      }
      victim.close();
      assertTrue(calls > 500, calls + " calls");
    }
  }

  @Test
  void aConnectionHasNoTimeLimitOnceItIsTheCallers() throws IOException {
    Service patient =
        connection -> {
          connection.input().read();
          connection.output().write('x');
        };
    Socket socket;
    try (var server = AnycastServer.builder(patient).bind(TestClient.LOOPBACK).port(0).open();
        var silent = new ServerSocket(0, 100, TestClient.LOOPBACK);
        var clock = client(new Failures(), silent.getLocalPort()).timeout(SHORT).open()) {
      try (var client = client(new Failures(), server.port()).timeout(SHORT).open()) {
        socket = client.connect();
        assertEndsInTime(clock, "no answer within"); // by now the first client's time is over too
      }
      socket.getOutputStream().write('?');
      assertEquals('x', socket.getInputStream().read());
      socket.close();
    }
  }

  @Test
  void anExceptionOtherThanIOExceptionGoesToTheCallerAtOnce() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    IdempotentExchange<String> broken =
        socket -> {
          sockets.add(socket);
          throw new ExpectedException();
        };
    try (var server = replica("a", 0);
        var client = client(new Failures(), server.port()).open()) {
      assertThrows(ExpectedException.class, () -> client.call(broken));
    }
    assertEquals(1, sockets.size());
    assertTrue(sockets.getFirst().isClosed());
  }

  @Test
  void anObserverThatFailsHarmsNobody() throws IOException {
    AnycastClient.Observer broken =
        (replica, reason) -> {
          throw new ExpectedException();
        };
    try (var dead = deadPort();
        var server = replica("a", 0);
        var client =
            AnycastClient.builder(local(dead.getLocalPort()), local(server.port()))
                .observer(broken)
                .timeout(LONG)
                .open()) {
      for (int i = 0; i < 10; i++) {
        assertEquals("Hello from server a\n", client.call(TestClient::line));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anInterruptEndsACallAndStaysSet(boolean virtual) throws Exception {
    var started = new CountDownLatch(1);
    var stillInterrupted = new AtomicBoolean();
    try (var silent = new ServerSocket(0, 100, TestClient.LOOPBACK);
        var client =
            client(new Failures(), silent.getLocalPort())
                .timeout(LONG)
                .attemptTimeout(LONG)
                .open()) {
      var call =
          new FutureTask<>(() ->
              assertThrows(
                  InterruptedIOException.class,
                  () -> {
                    try {
                      client.call(socket -> {
                        started.countDown();
                        return TestClient.line(socket);
                      });
                    } finally {
                      stillInterrupted.set(Thread.currentThread().isInterrupted());
                    }
                  }));
      Thread caller = (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(call);
      started.await();
      caller.interrupt();
      call.get();
      assertTrue(stillInterrupted.get());
    }
  }

  @Test
  void anInterruptEndsTheWaitForALookup() throws Exception {
    var looking = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    ReplicaSet.Lookup hanging =
        name -> {
          looking.countDown();
          return hang(never);
        };
    try (var client =
        AnycastClient.builder(new Endpoint("app.example", 5000))
            .lookup(hanging)
            .timeout(LONG)
            .open()) {
      var call =
          new FutureTask<>(() -> assertThrows(InterruptedIOException.class, client::connect));
      Thread caller = Thread.ofVirtual().start(call);
      looking.await();
      caller.interrupt();
      call.get();
    } finally {
      never.countDown();
    }
  }

  @Test
  void closeFailsCallsInProgressAndLaterOnes() throws Exception {
    var started = new CountDownLatch(2);
    try (var dead = deadPort();
        var silent = new ServerSocket(0, 100, TestClient.LOOPBACK)) {
      AnycastClient client =
          client(new Failures(), silent.getLocalPort()).timeout(LONG).attemptTimeout(LONG).open();
      AnycastClient refused =
          client((replica, reason) -> started.countDown(), dead.getLocalPort())
              .timeout(LONG)
              .open();
      Future<IOException> call =
          onVirtualThread(() ->
              assertThrows(
                  IOException.class,
                  () ->
                      client.call(socket -> {
                        started.countDown();
                        return TestClient.line(socket);
                      })));
      Future<IOException> retrying =
          onVirtualThread(() -> assertThrows(IOException.class, refused::connect));
      started.await();
      client.close();
      client.close();
      refused.close();
      assertEquals("this client is closed", call.get().getMessage());
      assertEquals("this client is closed", retrying.get().getMessage());
      var later = assertThrows(IOException.class, client::connect);
      assertEquals("this client is closed", later.getMessage());
    }
  }

  @Test
  void refusesOptionsThatMakeNoSense() {
    assertThrows(IllegalArgumentException.class, AnycastClient::to);
    assertThrows(IllegalArgumentException.class, () -> AnycastClient.to("app.example"));
    AnycastClient.Builder builder = AnycastClient.builder(local(5000));
    assertThrows(IllegalArgumentException.class, () -> builder.timeout(Duration.ZERO));
    assertThrows(
        IllegalArgumentException.class, () -> builder.attemptTimeout(Duration.ofMillis(-1)));
  }

  private static void callUntilOneFails(AnycastClient client, Failures failures)
      throws IOException {
    while (failures.byReplica.isEmpty()) {
      assertEquals("Hello from server a\n", client.call(TestClient::line));
    }
  }

  private static NoReplicaException assertEndsInTime(AnycastClient client, String reason) {
    long start = System.nanoTime();
    var e = assertThrows(NoReplicaException.class, () -> client.call(TestClient::line));
    long elapsed = System.nanoTime() - start;
    assertTrue(elapsed >= SHORT.toNanos(), elapsed + " ns");
    assertTrue(elapsed < Duration.ofSeconds(5).toNanos(), elapsed + " ns");
    assertTrue(String.valueOf(e.getMessage()).contains(reason), e.getMessage());
    return e;
  }

  private static AnycastClient.Builder client(AnycastClient.Observer observer, int... ports) {
    List<Endpoint> endpoints = IntStream.of(ports).mapToObj(AnycastClientTest::local).toList();
    return AnycastClient.builder(endpoints).observer(observer);
  }

  private static Endpoint local(int port) {
    return new Endpoint("127.0.0.1", port);
  }

  private static AnycastServer replica(String name, int port) {
    return replica(GreetingService.named(name), port);
  }

  private static AnycastServer replica(Service service, int port) {
    try {
      return AnycastServer.builder(service)
          .bind(TestClient.LOOPBACK)
          .port(port)
          .drain(Duration.ZERO)
          .open();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A port that refuses connections, and that nobody else can take: bound, but not listening. */
  private static Socket deadPort() throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(TestClient.LOOPBACK, 0));
    return socket;
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<InetAddress> hang(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return List.of();
  }

  private static <T> Future<T> onVirtualThread(Callable<T> task) {
    var future = new FutureTask<>(task);
    Thread.startVirtualThread(future);
    return future;
  }

  /** Remembers what an observer is told. */
  private static final class Failures implements AnycastClient.Observer {
    private final Map<String, Queue<String>> byReplica = new ConcurrentHashMap<>();

    @Override
    public void onFailedAttempt(String replica, IOException reason) {
      byReplica
          .computeIfAbsent(replica, r -> new ConcurrentLinkedQueue<>())
          .add(String.valueOf(reason.getMessage()));
    }

    Set<String> replicas() {
      return byReplica.keySet();
    }

    Set<String> reasons() {
      return byReplica.values().stream().flatMap(Queue::stream).collect(Collectors.toSet());
    }
  }
}
