package dev.twincast.anycast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.frame.Frame;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MessageServerTest {

  private static final MessageService REVERSE =
      request -> new StringBuilder(new String(request, UTF_8)).reverse().toString().getBytes(UTF_8);

  /** A connection that speaks frames. */
  private record Caller(TestClient client, DataInputStream in, DataOutputStream out)
      implements AutoCloseable {

    static Caller of(AnycastServer server) throws IOException {
      var client = TestClient.of(server);
      return new Caller(
          client,
          new DataInputStream(client.socket.getInputStream()),
          new DataOutputStream(client.socket.getOutputStream()));
    }

    Caller send(byte[] message) throws IOException {
      out.writeInt(message.length);
      out.write(message);
      return this;
    }

    byte[] reply() throws IOException {
      return in.readNBytes(in.readInt());
    }

    void hangUp() throws IOException {
      client.socket.close();
    }

    String call(String text) throws IOException {
      return new String(send(text.getBytes(UTF_8)).reply(), UTF_8);
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  private static AnycastServer.Builder serving(MessageService service) {
    return AnycastServer.messages(service).bind(TestClient.LOOPBACK).port(0);
  }

  @Test
  void answersManyClientsOnSeveralLoops() throws Exception {
    for (MessageService service : List.of(MessageService.echo(), REVERSE)) {
      try (var server = serving(service).loops(3).open()) {
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          callers.add(Caller.of(server));
        }
        for (int round = 0; round < 20; round++) {
          for (Caller caller : callers) {
            caller.send(("abc" + round).getBytes(UTF_8));
          }
          for (Caller caller : callers) {
            String expected = new String(service.answer(("abc" + round).getBytes(UTF_8)), UTF_8);
            assertEquals(expected, new String(caller.reply(), UTF_8));
          }
        }
        assertEquals(50, server.connections());
        for (Caller caller : callers) {
          caller.close();
        }
        Eventually.until("all have gone", () -> server.connections() == 0);
        assertEquals(1000, server.statistics().answered());
      }
    }
  }

  @Test
  void answersPipelinedAndLargeMessagesInOrder() throws Exception {
    for (MessageService service : List.of(MessageService.echo(), (MessageService) r -> r)) {
      try (var server = serving(service).open();
          var caller = Caller.of(server)) {
        int[] sizes = {0, 1, 70_000, 3, Frame.DEFAULT_MAX_BYTES, 0, 200_000};
        Thread sender =
            Thread.startVirtualThread(() -> {
              try {
                for (int size : sizes) {
                  caller.send(new byte[size]);
                }
                caller.out.writeInt(Frame.PING);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
        for (int size : sizes) {
          assertEquals(size, caller.reply().length);
        }
        assertEquals(Frame.PONG, caller.in.readInt());
        sender.join();
      }
    }
  }

  @Test
  void aBlockingServiceDelaysOnlyItsConnection() throws Exception {
    var go = new CountDownLatch(1);
    MessageService slow =
        request -> {
          if (request.length == 0) {
            go.await();
          }
          return request;
        };
    try (var server = serving(slow).loops(1).open();
        var waiting = Caller.of(server);
        var other = Caller.of(server)) {
      waiting.send(new byte[0]).send(new byte[1]);
      assertEquals("x", other.call("x"));
      go.countDown();
      assertEquals(0, waiting.reply().length);
      assertEquals(1, waiting.reply().length);
    }
  }

  @Test
  void aFailingServiceIsCountedAndClosesItsConnection() throws Exception {
    MessageService picky =
        request -> {
          if (request.length == 0) {
            throw new ExpectedException();
          }
          return request;
        };
    for (MessageService service :
        List.of(
            picky,
            MessageService.inLoop(request -> {
              if (!request.hasRemaining()) {
                throw new ExpectedException();
              }
              return request;
            }))) {
      try (var server = serving(service).open();
          var caller = Caller.of(server);
          var bystander = Caller.of(server)) {
        caller.send(new byte[1]).send(new byte[0]).send(new byte[1]);
        assertEquals(1, caller.reply().length);
        assertEquals(-1, caller.in.read());
        caller.hangUp();
        assertEquals("y", bystander.call("y"));
        Eventually.until("it is counted", () -> server.statistics().failed() == 1);
      }
    }
  }

  @Test
  void countsWhyItCutConnections() throws Exception {
    try (var server =
            serving(MessageService.echo())
                .slow(Duration.ofMillis(300))
                .maxBytesInFlightPerConnection(100_000)
                .open();
        var illegal = Caller.of(server);
        var dropByDrop = Caller.of(server);
        var neverReads = Caller.of(server)) {
      illegal.out.writeInt(-7);
      assertEquals(-1, illegal.in.read());
      illegal.hangUp();
      dropByDrop.out.writeInt(1000);
      assertEquals(-1, dropByDrop.in.read());
      assertFails(() -> {
        while (true) {
          neverReads.send(new byte[50_000]);
        }
      });
      Eventually.until("all are cut", () -> server.connections() == 0);
      ServerStatistics counts = server.statistics();
      assertEquals(1, counts.illegalFrames());
      assertEquals(1, counts.slowWriters());
      assertEquals(1, counts.slowReaders());
    }
  }

  @Test
  void cutsWhoeverNeedsMoreMemoryThanAllMayHave() throws Exception {
    try (var server =
            serving(MessageService.echo())
                .maxMessageBytes(1 << 24)
                .maxBytesInFlight(2_000_000)
                .open();
        var greedy = Caller.of(server);
        var modest = Caller.of(server)) {
      greedy.out.writeInt(1 << 24);
      assertFails(() -> {
        while (true) {
          greedy.out.write(new byte[50_000]);
        }
      });
      assertEquals("x", modest.call("x"));
      assertEquals(1, server.statistics().overloaded());
    }
  }

  private interface Action {
    void run() throws IOException;
  }

  private static void assertFails(Action action) {
    boolean failed = false;
    try {
      action.run();
    } catch (IOException expected) {
      failed = true;
    }
    assertTrue(failed);
  }

  @Test
  void drainsInOrderAndServesWhoComesWhileTheRouteSettles() throws Exception {
    var steps = new ConcurrentLinkedQueue<String>();
    var withdrawn = new CountDownLatch(1);
    AnycastServer server =
        serving(REVERSE)
            .drain(Duration.ofSeconds(20))
            .announcement(() -> {
              steps.add("withdrawn");
              withdrawn.countDown();
            })
            .settling(Duration.ofMillis(200))
            .open();
    try (var early = Caller.of(server)) {
      assertEquals("ba", early.call("ab"));
      Thread closer = Thread.startVirtualThread(server::close);
      assertEquals(Frame.GOING_AWAY, early.in.readInt());
      steps.add("told");
      early.send("late".getBytes(UTF_8));
      assertEquals("etal", new String(early.reply(), UTF_8));
      early.hangUp();
      withdrawn.await();
      try (var settling = Caller.of(server)) {
        assertEquals("dc", settling.call("cd"));
        assertEquals(Frame.GOING_AWAY, settling.in.readInt());
      }
      closer.join();
      assertEquals(List.of("told", "withdrawn"), List.copyOf(steps));
      assertEquals(0, server.connections());
      assertEquals(3, server.statistics().answered());
    }
  }

  /** So that the client may repeat also what is not idempotent. */
  @Test
  void drainSaysOnceMoreThatItGoesWhenAllIsAnswered() throws Exception {
    AnycastServer server = serving(REVERSE).drain(Duration.ofMillis(400)).open();
    try (var caller = Caller.of(server)) {
      assertEquals("ba", caller.call("ab"));
      Thread closer = Thread.startVirtualThread(server::close);
      assertEquals(Frame.GOING_AWAY, caller.in.readInt());
      assertEquals(Frame.GOING_AWAY, caller.in.readInt());
      assertEquals(-1, caller.in.read());
      caller.hangUp();
      closer.join();
    }
  }

  @Test
  void drainWaitsForAServiceAndCutsItWhenTheTimeIsOver() throws Exception {
    var interrupted = new CountDownLatch(1);
    MessageService endless =
        request -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          return request;
        };
    AnycastServer server = serving(endless).drain(Duration.ofMillis(100)).open();
    try (var caller = Caller.of(server)) {
      caller.send(new byte[1]);
      Eventually.until("it is accepted", () -> server.connections() == 1);
      server.close();
      assertEquals(Frame.GOING_AWAY, caller.in.readInt());
      interrupted.await();
      assertEquals(0, server.connections());
    }
  }

  @Test
  void drainServesThoseWhoWaitToBeAccepted() throws Exception {
    AnycastServer server = serving(MessageService.echo()).open();
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      callers.add(Caller.of(server).send(new byte[] {(byte) i}));
    }
    Thread closer = Thread.startVirtualThread(server::close);
    for (int i = 0; i < 50; i++) {
      Caller caller = callers.get(i);
      int length = caller.in.readInt();
      if (length == Frame.GOING_AWAY) {
        length = caller.in.readInt();
      }
      assertArrayEquals(new byte[] {(byte) i}, caller.in.readNBytes(length));
      caller.close();
    }
    closer.join();
  }

  @Test
  void closeEndsAllItsThreads() throws Exception {
    AnycastServer server = serving(MessageService.echo()).loops(2).open();
    String prefix = "twincast-messages-" + server.port();
    server.close();
    server.close();
    assertFalse(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().startsWith(prefix)));
  }
}
