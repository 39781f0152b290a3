package dev.twincast.anycast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.net.client.Loop;
import dev.twincast.anycast.net.client.MessageConnection;
import dev.twincast.anycast.net.client.Parcel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MessageClientTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final byte[] HELLO = "hello".getBytes(UTF_8);

  @Test
  void getsAReplyAlsoToAnEmptyMessage() throws IOException {
    try (var replica = FakeReplica.echo();
        var client = client(replica).open()) {
      assertArrayEquals(HELLO, client.call(HELLO));
      assertArrayEquals(new byte[0], client.callIdempotent(new byte[0]));
      Reply reply = client.call(Request.of(HELLO));
      assertEquals(replica.address(), reply.replica());
    }
  }

  @Test
  void carriesLargeMessagesOfManyCallersOverFewConnections() throws Exception {
    try (var replica = FakeReplica.echo();
        var client = client(replica).timeout(LONG).withoutHedging().open()) {
      inParallel(
          64,
          seed -> {
            var random = new Random(seed);
            for (int i = 0; i < 20; i++) {
              byte[] request = new byte[random.nextInt(i % 5 == 0 ? 1 << 20 : 300)];
              random.nextBytes(request);
              assertArrayEquals(request, client.call(request));
            }
          });
      assertTrue(replica.connections() <= 4, replica.connections() + " connections");
    }
  }

  /** As from afar: on this machine the kernel connects at once, unless the queue is full. */
  @Test
  void aConnectionThatTakesTimeCarriesCalls() throws Exception {
    try (var listener = new ServerSocket(0, 1, TestClient.LOOPBACK);
        var loop = new Loop()) {
      fillQueue(listener);
      var address = (InetSocketAddress) listener.getLocalSocketAddress();
      var connection = new MessageConnection(loop, address, HELLO.length, new Nobody());
      var ended = new CountDownLatch(1);
      var parcel = Parcel.of(HELLO, new AtomicBoolean(), ended::countDown);
      assertTrue(connection.offer(parcel));
      connection.dial(LONG.toNanos(), new IOException("too late"));
      assertEquals(Parcel.State.QUEUED, parcel.state());
      while (!echoOnce(listener)) {}
      assertTrue(ended.await(10, TimeUnit.SECONDS));
      assertArrayEquals(HELLO, parcel.reply());
      connection.close(new IOException("done"));
    }
  }

  private static void fillQueue(ServerSocket listener) throws IOException {
    while (true) {
      try (var waiting = new Socket()) {
        waiting.connect(listener.getLocalSocketAddress(), 200);
      } catch (SocketTimeoutException e) {
        return;
      }
    }
  }

  /** False if it was one that only filled the queue. */
  private static boolean echoOnce(ServerSocket listener) throws IOException {
    try (Socket accepted = listener.accept()) {
      byte[] frame = accepted.getInputStream().readNBytes(4 + HELLO.length);
      accepted.getOutputStream().write(frame);
      return frame.length > 0;
    }
  }

  @Test
  void losesNoIdempotentCallWhenReplicasAreKilledAndReturn() throws Exception {
    try (var steady = FakeReplica.echo();
        var one = FakeReplica.echo();
        var other = FakeReplica.echo();
        var client = client(steady, one, other).timeout(LONG).open()) {
      underLoad(
          client,
          () -> {
            for (int i = 0; i < 10; i++) {
              FakeReplica victim = i % 2 == 0 ? one : other;
              awaitUse(victim);
              victim.kill();
              victim.revive();
            }
          });
      assertEquals(0, client.statistics().failed());
    }
  }

  @Test
  void losesNoIdempotentCallWhenTwoOfThreeAreKilled() throws Exception {
    try (var steady = FakeReplica.echo();
        var one = FakeReplica.echo();
        var other = FakeReplica.echo();
        var client = client(steady, one, other).timeout(LONG).open()) {
      underLoad(
          client,
          () -> {
            awaitUse(one);
            awaitUse(other);
            one.kill();
            other.kill();
            awaitUse(steady);
          });
      assertEquals(0, client.statistics().failed());
    }
  }

  @Test
  void aFrozenReplicaIsHedgedEjectedAskedByPingAndReturns() throws Exception {
    try (var steady = FakeReplica.echo();
        var third = FakeReplica.echo();
        var frozen = FakeReplica.echo();
        var client =
            client(steady, third, frozen)
                .timeout(LONG)
                .attemptTimeout(LONG)
                .policy(Policy.random())
                .hedgeAfter(Duration.ofMillis(30))
                .open()) {
      underLoad(
          client,
          () -> {
            awaitUse(frozen);
            frozen.freeze();
            Eventually.until(
                "it is ejected",
                () -> standing(client, frozen) == ClientStatistics.Standing.EJECTED);
            int connections = frozen.connections();
            Eventually.until("it is probed", () -> frozen.connections() > connections);
            frozen.thaw();
            Eventually.until("it was asked", () -> frozen.pings() > 0);
            awaitUse(frozen);
          });
      ClientStatistics statistics = client.statistics();
      assertEquals(0, statistics.failed());
      assertTrue(statistics.hedged() > 0, statistics::toString);
      assertTrue(statistics.ejections() > 0, statistics::toString);
    }
  }

  @Test
  void aConnectionThatAnsweredAProbeStaysForCalls() throws IOException {
    try (var steady = FakeReplica.echo();
        var restarted = FakeReplica.echo();
        var client = client(steady, restarted).timeout(LONG).policy(Policy.roundRobin()).open()) {
      restarted.kill();
      Eventually.until(
          "it is down",
          () -> {
            assertArrayEquals(HELLO, callIdempotent(client));
            return standing(client, restarted) == ClientStatistics.Standing.DOWN;
          });
      restarted.revive();
      Eventually.until("it was asked", () -> restarted.pings() > 0);
      awaitStanding(client, restarted, ClientStatistics.Standing.GOOD);
      int connections = restarted.connections();
      long end = System.nanoTime() + Duration.ofMillis(1_500).toNanos(); // a probe's time, and more
      while (end - System.nanoTime() > 0) {
        assertArrayEquals(HELLO, client.call(HELLO));
      }
      assertEquals(connections, restarted.connections());
    }
  }

  private static void awaitStanding(
      AnycastClient client, FakeReplica replica, ClientStatistics.Standing wanted) {
    Eventually.until("it is " + wanted, () -> standing(client, replica) == wanted);
  }

  private static byte[] callIdempotent(AnycastClient client) {
    try {
      return client.callIdempotent(HELLO);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aRequestThatMayHaveEffectsIsNotRepeatedAfterItWasWritten() throws IOException {
    var carriedOut = new AtomicInteger();
    try (var replica =
            FakeReplica.that((request, connection) -> {
              carriedOut.incrementAndGet();
              connection.reset();
            });
        var other = FakeReplica.echo();
        var client = client(replica, other).policy(Policy.roundRobin()).timeout(LONG).open()) {
      int unknown = 0;
      for (int i = 0; i < 10; i++) {
        try {
          client.call(HELLO);
        } catch (UnknownOutcomeException e) {
          unknown++;
          assertTrue(String.valueOf(e.getMessage()).contains("declare it idempotent"), e::toString);
        }
      }
      assertEquals(carriedOut.get(), unknown);
      assertTrue(unknown > 0);
    }
  }

  @Test
  void aRequestThatMayHaveEffectsGoesToAnotherReplicaWhenOneRefuses() throws IOException {
    try (var dead = FakeReplica.echo();
        var replica = FakeReplica.echo();
        var client = client(dead, replica).policy(Policy.roundRobin()).timeout(LONG).open()) {
      dead.kill();
      for (int i = 0; i < 10; i++) {
        assertArrayEquals(HELLO, client.call(HELLO));
      }
    }
  }

  @Test
  void anOutcomeIsUnknownWhenTheDeadlineComes() throws IOException {
    try (var silent = FakeReplica.that((request, connection) -> {});
        var client = client(silent).timeout(Duration.ofMillis(300)).open()) {
      assertThrows(UnknownOutcomeException.class, () -> client.call(HELLO));
      var e = assertThrows(NoReplicaException.class, () -> client.callIdempotent(HELLO));
      assertTrue(String.valueOf(e.getMessage()).contains("no answer within 300 ms"), e::toString);
    }
  }

  @Test
  void takesNoNewRequestToAConnectionThatGoesAwayAndGetsWhatIsOwed() throws Exception {
    var reached = new CountDownLatch(1);
    var mayAnswer = new CountDownLatch(1);
    FakeReplica.Behaviour slow =
        (request, connection) -> {
          reached.countDown();
          mayAnswer.await();
          connection.reply("late".getBytes(UTF_8));
        };
    try (var leaving = FakeReplica.that(slow);
        var client = client(leaving).timeout(LONG).open()) {
      Future<byte[]> owed = async(() -> client.call(HELLO));
      reached.await();
      leaving.behave(FakeReplica.ECHO);
      leaving.sayGoingAway();
      Eventually.until("it is understood", () -> client.statistics().goneAway() == 1);
      assertArrayEquals(HELLO, client.call(HELLO)); // over another connection
      mayAnswer.countDown();
      assertArrayEquals("late".getBytes(UTF_8), owed.get());
      assertEquals(2, leaving.requests());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void afterTheLastWordWhatIsUnansweredWasNotReadAndMayBeRepeated(boolean lastWord)
      throws Exception {
    FakeReplica.Behaviour leaving =
        (request, connection) -> {
          connection.word(-1);
          if (lastWord) {
            connection.word(-1);
          }
          connection.close();
        };
    try (var replica = FakeReplica.that(leaving);
        var other = FakeReplica.echo();
        var client = client(replica, other).policy(Policy.roundRobin()).timeout(LONG).open()) {
      int unknown = 0;
      for (int i = 0; i < 4; i++) {
        try {
          assertArrayEquals(HELLO, client.call(HELLO));
        } catch (UnknownOutcomeException e) {
          unknown++;
        }
      }
      assertTrue(replica.requests() > 0);
      assertEquals(lastWord, unknown == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-4, Integer.MIN_VALUE, 1 << 20, Integer.MAX_VALUE, -3})
  void aReplicaThatSpeaksGarbageIsLeftAndCounted(int length) throws IOException {
    try (var garbage = FakeReplica.that((request, connection) -> connection.word(length));
        var replica = FakeReplica.echo();
        var client = client(garbage, replica).timeout(LONG).maxMessageBytes(1000).open()) {
      for (int i = 0; i < 20; i++) {
        assertArrayEquals(HELLO, client.callIdempotent(HELLO));
      }
      assertTrue(client.statistics().malformed() > 0);
    }
  }

  @Test
  void refusesARequestThatIsTooLong() throws IOException {
    try (var replica = FakeReplica.echo();
        var client = client(replica).maxMessageBytes(10).open()) {
      assertThrows(IllegalArgumentException.class, () -> client.call(new byte[11]));
      assertArrayEquals(new byte[10], client.call(new byte[10]));
    }
  }

  @Test
  void aReplyThatNobodyAskedForIsGarbage() throws IOException {
    FakeReplica.Behaviour twice =
        (request, connection) -> {
          connection.reply(request);
          connection.reply(request);
        };
    try (var replica = FakeReplica.that(twice);
        var client = client(replica).timeout(LONG).open()) {
      assertArrayEquals(HELLO, client.callIdempotent(HELLO));
      Eventually.until("it is counted", () -> client.statistics().malformed() == 1);
      assertArrayEquals(HELLO, client.callIdempotent(HELLO));
    }
  }

  @Test
  void anInterruptEndsOnlyTheCallOfItsThread() throws Exception {
    var reached = new CountDownLatch(1);
    var mayAnswer = new CountDownLatch(1);
    FakeReplica.Behaviour slow =
        (request, connection) -> {
          reached.countDown();
          mayAnswer.await();
          connection.reply(request);
        };
    try (var replica = FakeReplica.that(slow);
        var client = client(replica).timeout(LONG).withoutHedging().open()) {
      var interrupted =
          new FutureTask<>(
              () -> assertThrows(InterruptedIOException.class, () -> client.call(HELLO)));
      Thread caller = Thread.ofVirtual().start(interrupted);
      reached.await();
      Future<byte[]> other = async(() -> client.call(HELLO));
      caller.interrupt();
      interrupted.get();
      mayAnswer.countDown();
      assertArrayEquals(HELLO, other.get());
      assertEquals(1, replica.connections());
    }
  }

  @Test
  void closeFailsCallsInProgressAndLaterOnes() throws Exception {
    var reached = new CountDownLatch(1);
    try (var silent = FakeReplica.that((request, connection) -> reached.countDown())) {
      AnycastClient client = client(silent).timeout(LONG).open();
      Future<IOException> call =
          async(() -> assertThrows(IOException.class, () -> client.call(HELLO)));
      reached.await();
      client.close();
      assertEquals("this client is closed", call.get().getMessage());
      var later = assertThrows(IOException.class, () -> client.call(HELLO));
      assertEquals("this client is closed", later.getMessage());
    }
  }

  @Test
  void theSameKeyReachesTheSameReplica() throws IOException {
    try (var one = FakeReplica.echo();
        var other = FakeReplica.echo();
        var client = client(one, other).open()) {
      Set<InetSocketAddress> all = ConcurrentHashMap.newKeySet();
      for (int key = 0; key < 20; key++) {
        Set<InetSocketAddress> replicas = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 5; i++) {
          Request request = Request.of(HELLO).by(Policy.hash("key " + key));
          replicas.add(client.call(request).replica());
        }
        assertEquals(1, replicas.size());
        all.addAll(replicas);
      }
      assertEquals(2, all.size());
    }
  }

  @Test
  void answersPings() throws IOException {
    FakeReplica.Behaviour asking =
        (request, connection) -> {
          connection.word(-2);
          connection.reply(request);
        };
    try (var replica = FakeReplica.that(asking);
        var client = client(replica).open()) {
      assertArrayEquals(HELLO, client.call(HELLO));
      Eventually.until("there is a pong", () -> replica.pongs() == 1);
    }
  }

  /** 16 callers, each again and again until the disturbance is over; none of them may fail. */
  private static void underLoad(AnycastClient client, Disturbance disturbance) throws Exception {
    var stop = new AtomicBoolean();
    List<Future<Integer>> callers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      callers.add(
          async(() -> {
            int calls = 0;
            for (; !stop.get(); calls++) {
              assertArrayEquals(HELLO, client.callIdempotent(HELLO));
            }
            return calls;
          }));
    }
    try {
      disturbance.run();
    } finally {
      stop.set(true);
    }
    for (Future<Integer> caller : callers) {
      assertTrue(caller.get() > 0);
    }
  }

  private interface Disturbance {
    void run() throws Exception;
  }

  private interface Work {
    void run(int number) throws Exception;
  }

  private static void inParallel(int threads, Work work) throws Exception {
    List<Future<Integer>> all =
        Stream.iterate(0, i -> i + 1)
            .limit(threads)
            .map(i ->
                async(() -> {
                  work.run(i);
                  return i;
                }))
            .toList();
    for (Future<Integer> one : all) {
      one.get();
    }
  }

  private static void awaitUse(FakeReplica replica) {
    int target = replica.requests() + 50;
    Eventually.until("it is in use", () -> replica.requests() >= target);
  }

  private static ClientStatistics.Standing standing(AnycastClient client, FakeReplica replica) {
    return client.statistics().replicas().stream()
        .filter(r -> r.address().equals(replica.address()))
        .findFirst()
        .orElseThrow()
        .standing();
  }

  private static AnycastClient.Builder client(FakeReplica... replicas) {
    return AnycastClient.builder(Stream.of(replicas).map(FakeReplica::endpoint).toList());
  }

  private static <T> Future<T> async(Callable<T> task) {
    var future = new FutureTask<>(task);
    Thread.startVirtualThread(future);
    return future;
  }
}
