package dev.twincast.anycast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.net.client.Loop;
import dev.twincast.anycast.net.client.MessageConnection;
import dev.twincast.anycast.net.client.Parcel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever happens to replicas and calls: a reply is that of its request, and a replica reads what
 * the caller wrote. Everything is done at once to real sockets: messages of all sizes, full
 * buffers, deadlines, second copies, connections that break, replicas that die and return.
 *
 * <p>{@code -Danycast.stress=SECONDS} runs it for longer than its two seconds, and {@code
 * -Danycast.seed=N} again with the same choices (not with the same timing).
 */
class AnswersBelongToRequestsTest {
  private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("anycast.stress", 2));
  private static final int CALLERS = 12;

  private final long seed = Long.getLong("anycast.seed", ThreadLocalRandom.current().nextLong());
  private final AtomicLong answered = new AtomicLong();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  @Test
  @Timeout(300)
  void whateverHappens() throws Exception {
    List<Victim> victims = new ArrayList<>();
    try {
      for (int i = 0; i < 2; i++) {
        victims.add(new Fake(FakeReplica.narrow(rough(seed + i))));
        victims.add(new Ours(MessageService.inLoop(this::answerInLoop), seed + i));
        victims.add(new Ours(this::answer, seed + i));
      }
      Endpoint[] endpoints = victims.stream().map(Victim::endpoint).toArray(Endpoint[]::new);
      try (var hasty =
              AnycastClient.builder(endpoints)
                  .timeout(Duration.ofMillis(40))
                  .attemptTimeout(Duration.ofMillis(15))
                  .hedgeAfter(Duration.ofMillis(2))
                  .open();
          var patient =
              AnycastClient.builder(endpoints)
                  .timeout(Duration.ofSeconds(2))
                  .hedgeAfter(Duration.ofMillis(10))
                  .open()) {
        run(victims, hasty, patient);
      }
    } finally {
      victims.forEach(Victim::close);
    }
    assertAllWell();
  }

  /** Also when the socket takes a request in many pieces, and its call ends meanwhile. */
  @Test
  @Timeout(300)
  void howeverLittleTheSocketTakes() throws Exception {
    long end = System.nanoTime() + LENGTH.toNanos();
    try (var loop = new Loop();
        var replica = FakeReplica.narrow(rough(seed))) {
      for (long round = 0; end - System.nanoTime() > 0; round++) {
        var connection = new MessageConnection(loop, replica.address(), 1 << 20, new Nobody());
        connection.onConnected(narrowChannel(replica));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
          var random = new Random(seed + 31 * round + i);
          threads.add(Thread.ofPlatform().start(() -> ask(connection, random)));
        }
        for (Thread thread : threads) {
          thread.join();
        }
        connection.close(new IOException("the round is over"));
      }
    }
    assertAllWell();
  }

  private void assertAllWell() {
    assertEquals(Set.of(), Set.copyOf(wrong), () -> "seed " + seed);
    assertTrue(answered.get() > 0, () -> "no answer at all, seed " + seed);
  }

  private static SocketChannel narrowChannel(FakeReplica replica) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_SNDBUF, 2_048);
    channel.connect(replica.address());
    channel.configureBlocking(false);
    return channel;
  }

  /** Until the connection ends; not all answers are waited for. */
  private void ask(MessageConnection connection, Random random) {
    Thread caller = Thread.currentThread();
    for (int i = 0; i < 30; i++) {
      var question = new Question(random.nextLong(), random);
      var parcel = Parcel.of(question.bytes, new AtomicBoolean(), () -> LockSupport.unpark(caller));
      if (!connection.offer(parcel)) {
        return;
      }
      long patienceNanos = random.nextInt(4) == 0 ? random.nextInt(3_000_000) : 1_000_000_000;
      long until = System.nanoTime() + patienceNanos;
      while (!parcel.hasEnded() && until - System.nanoTime() > 0) {
        LockSupport.parkNanos(until - System.nanoTime());
      }
      if (parcel.state() == Parcel.State.ANSWERED) {
        check(question, parcel.reply());
      }
      connection.abandon(parcel);
      Arrays.fill(question.bytes, (byte) 'x');
    }
  }

  private void run(List<Victim> victims, AnycastClient hasty, AnycastClient patient)
      throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      var random = new Random(seed + 100 + i);
      AnycastClient client = i % 2 == 0 ? hasty : patient;
      long first = (long) i << 32;
      Thread.Builder builder = i % 3 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
      threads.add(builder.start(() -> call(client, first, random)));
    }
    var random = new Random(seed);
    long end = System.nanoTime() + LENGTH.toNanos();
    while (end - System.nanoTime() > 0) {
      long goal = answered.get() + 50 + random.nextInt(200);
      while (answered.get() < goal && end - System.nanoTime() > 0) {
        LockSupport.parkNanos(1_000_000);
      }
      victims.get(random.nextInt(victims.size())).dieAndReturn();
    }
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void call(AnycastClient client, long first, Random random) {
    for (long number = first; !over; number++) {
      var question = new Question(number, random);
      var request =
          random.nextInt(3) == 0 ? Request.of(question.bytes) : Request.idempotent(question.bytes);
      try {
        check(question, client.call(request).payload());
      } catch (IOException e) {
        // its time was too short, or the replica died
      } finally {
        Arrays.fill(question.bytes, (byte) 'x'); // it is the caller's again
      }
    }
  }

  private void check(Question question, byte[] reply) {
    if (!Arrays.equals(question.answer, reply)) {
      wrong.add("an answer to something else");
    }
    answered.incrementAndGet();
  }

  private byte[] answer(byte[] request) {
    if (!Question.isWhole(request)) {
      wrong.add("a replica read what nobody had written");
    }
    return Question.answerTo(request);
  }

  private ByteBuffer answerInLoop(ByteBuffer request) {
    byte[] bytes = new byte[request.remaining()];
    request.get(bytes);
    return ByteBuffer.wrap(answer(bytes));
  }

  /** Answers late, in pieces, not at all, or goes. */
  private FakeReplica.Behaviour rough(long seed) {
    var random = new Random(seed); // of several threads
    return (request, client) -> {
      byte[] reply = answer(request);
      switch (random.nextInt(400)) {
        case 0 -> client.reset();
        case 1 -> client.close();
        case 2 -> client.word(-1);
        case 3 -> client.word(-2);
        case 4, 5, 6, 7 -> LockSupport.parkNanos(random.nextInt(30_000_000));
        default -> {}
      }
      client.reply(reply);
    };
  }

  /** A replica that is killed now and then. */
  private interface Victim {
    Endpoint endpoint();

    void dieAndReturn();

    void close();
  }

  private record Fake(FakeReplica replica) implements Victim {
    @Override
    public Endpoint endpoint() {
      return replica.endpoint();
    }

    @Override
    public void dieAndReturn() {
      replica.kill();
      replica.revive();
    }

    @Override
    public void close() {
      replica.close();
    }
  }

  /** Cut at once, or after a while. */
  private static final class Ours implements Victim {
    private final MessageService service;
    private final Random random;
    private AnycastServer server;

    Ours(MessageService service, long seed) {
      this.service = service;
      this.random = new Random(seed);
      server = open(0);
    }

    private AnycastServer open(int port) {
      try {
        return AnycastServer.messages(service)
            .bind(TestClient.LOOPBACK)
            .port(port)
            .maxBytesInFlight(2 << 20) // so that some connections need more than is left
            .drain(Duration.ofMillis(random.nextBoolean() ? 50 : 0))
            .open();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Endpoint endpoint() {
      return new Endpoint("127.0.0.1", server.port());
    }

    @Override
    public void dieAndReturn() {
      int port = server.port();
      server.close();
      server = open(port);
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
