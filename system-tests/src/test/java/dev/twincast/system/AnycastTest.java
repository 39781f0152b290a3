package dev.twincast.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** {@code serve} and {@code call} on one machine. */
final class AnycastTest {
  @AutoClose private final Host machine = Host.local();
  private final int port = FreePort.tcp();
  private final String address = "localhost:" + port;

  private Program serve(String options) {
    return machine.twincast("serve --port " + port + " " + options).await("listening");
  }

  @Test
  void twoReplicasShareAPortAndBothAnswer() {
    serve("");
    serve("");

    Program call = machine.twincast("call " + address + " --count 50");

    assertEquals(0, call.exitCode(), call::toString);
    assertEquals(50, call.count("Received: Hello from server "));
    Set<String> names = new TreeSet<>(call.out().subList(0, 50));
    assertEquals(2, names.size(), call::toString);
    call.awaitMatch("^2 replicas answered 50 calls: \\S+ \\d+, \\S+ \\d+; 0 failed; median .* ms,");
  }

  @Test
  void ofManyCallsTellsSharesFlipsAndPercentiles() {
    serve("--name one");
    int other = FreePort.tcp();
    machine.twincast("serve --name two --port " + other).await("listening");

    Program call =
        machine.twincast(
            "call %s localhost:%d --count 400 --connections 4 --quiet --stats 10ms"
                .formatted(address, other));

    assertEquals(0, call.exitCode(), call::toString);
    assertEquals(0, call.count("Received: "));
    call.awaitMatch("^2 replicas answered 400 calls: \\w+ \\d+, \\w+ \\d+; 0 failed; median");
    call.awaitMatch("^shares: \\w+ [\\d.]+ %, \\w+ [\\d.]+ % \\(by chance .*\\); \\d+ flips$");
    call.awaitMatch("^latency: p50 [\\d.]+, p90 .*, p99 .*, p99\\.9 .*, max .* ms$");
    call.awaitMatch("^\\d+ calls?: .*; 0 failed; \\d+ flips?; p50 .* ms, p99 .* ms$");
  }

  @Test
  @Needs(Tool.SCRIPT)
  void aPersonAtATerminalSeesTheSharesGrowUntilControlC() {
    serve("--name one");
    Program terminal =
        machine.start(
            "env TERM=xterm script --quiet --return --command",
            // Without exec some shells (dash) stay as its parent, and die of the same Control-C.
            "exec ./twincast call " + address + " --count 0 --interval 5ms --quiet",
            "/dev/null");
    String eraseLine = "\\x1b\\[K";
    terminal.awaitMatch("^" + eraseLine + "\\d+ calls: one 100.*; 0 failed; 0 flips; p50 ");

    terminal.write("\u0003");

    assertEquals(0, terminal.exitCode(), terminal::toString);
    terminal.awaitMatch("1 replica answered \\d+ calls: one \\d+; 0 failed; median ");
  }

  @Test
  void aKeyKeepsItsReplicaAndConnectingIsEnoughToTellThemApart() {
    serve("--name one");
    int other = FreePort.tcp();
    machine.twincast("serve --name two --port " + other).await("listening");
    String both = "127.0.0.1:%d 127.0.0.1:%d".formatted(port, other);

    Program sticky = machine.twincast("call " + both + " --count 20 --policy hash:somebody");
    assertEquals(0, sticky.exitCode(), sticky::toString);
    sticky.await("1 replica answered 20 calls: ");

    Program turns = machine.twincast("call " + both + " --count 20 --connect --policy round-robin");
    assertEquals(0, turns.exitCode(), turns::toString);
    turns.await("2 replicas answered 20 calls: ").await("127.0.0.1:" + other + " 10");
  }

  @Test
  void tellsTheSameInJson() {
    Program server = serve("--name green --json");

    Program call = machine.twincast("call " + address + " --count 5 --json");

    assertEquals(0, call.exitCode(), call::toString);
    List<JsonObject> events = call.events();
    for (JsonObject event : events) {
      Instant.parse(event.get("time").getAsString());
    }
    assertEquals(5, call.events("reply").size());
    assertEquals("green", events.getFirst().get("replica").getAsString());
    assertEquals("Hello from server green", events.getFirst().get("text").getAsString());
    JsonObject summary = events.getLast();
    assertEquals("summary", summary.get("event").getAsString());
    assertEquals(5, summary.get("calls").getAsInt());
    assertEquals(5, summary.get("answered").getAsInt());
    assertEquals(0, summary.get("failed").getAsInt());
    assertEquals(5, summary.getAsJsonObject("replicas").get("green").getAsInt());
    assertTrue(summary.getAsJsonObject("millis").keySet().containsAll(Set.of("p50", "p99", "max")));

    assertEquals(0, server.signal("TERM").exitCode(), server::toString);
    assertEquals(port, server.events("listening").getFirst().get("port").getAsInt());
    assertEquals("summary", server.events().getLast().get("event").getAsString());
    assertEquals(5, server.events().getLast().get("calls").getAsInt());
  }

  @Test
  void aKilledReplicaFailsNoCall() {
    Program doomed = serve("--name doomed");
    serve("--name survivor");

    Program call =
        machine.twincast("call " + address + " --count 2000 --interval 1ms --timeout 20s");
    call.await(200, "Received: ");
    doomed.signal("KILL");

    assertEquals(0, call.exitCode(), call::toString);
    call.await("2 replicas answered 2000 calls: ").await("; 0 failed;");
  }

  @Test
  void aReplicaThatComesLaterIsWaitedFor() {
    Program call = machine.twincast("call " + address + " --wait 60s");
    call.await("Waiting for a replica at " + address);

    serve("");

    assertEquals(0, call.exitCode(), call::toString);
  }

  @Test
  void saysWhenNoReplicaAppeared() {
    Program call = machine.twincast("call " + address + " --wait 1s");

    assertEquals(3, call.exitCode(), call::toString);
    call.await("no replica answered; 1 failed");
  }

  @Test
  void drainsOnSigtermAndAnswersWhatHasBeenAsked() throws IOException {
    Program server = serve("--name green");
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
      BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), UTF_8));
      assertEquals("Hello from server green", in.readLine());
      client.getOutputStream().write(("hello\n".repeat(1000) + "half a li").getBytes(UTF_8));
      server.signal("TERM");

      for (int i = 0; i < 1000; i++) {
        assertEquals("green: hello", in.readLine());
      }
      assertEquals(null, in.readLine());
    }
    assertEquals(0, server.exitCode(), server::toString);
    server.await("[server] green draining: 1 connection").await("[server] green answered ");
  }

  @Test
  void theMessageServiceEchoesAndSaysThatItGoesAway() throws IOException {
    Program server = serve("--messages --name green");
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
      DataOutputStream out = new DataOutputStream(client.getOutputStream());
      DataInputStream in = new DataInputStream(client.getInputStream());
      out.writeInt(5);
      out.writeBytes("hello");
      out.writeInt(-2); // ping
      assertEquals(5, in.readInt());
      assertEquals("hello", new String(in.readNBytes(5), UTF_8));
      assertEquals(-3, in.readInt());

      server.signal("TERM");

      assertEquals(-1, in.readInt(), "use another replica");
      assertEquals(-1, in.readInt(), "the last word");
      assertEquals(-1, in.read());
    }
    assertEquals(0, server.exitCode(), server::toString);
    server.await("[server] green draining: 1 connection");
    server.await("[server] green answered 1 call on 1 connection");
  }

  @Test
  void theMessageServiceDoesNotGreet() {
    Program server = machine.twincast("serve --messages --greeting hello");
    assertEquals(2, server.exitCode(), server::toString);
    server.await("--greeting: the message service does not greet");
  }

  @Test
  void refusesAPortThatAnotherProgramHasForItself() throws IOException {
    try (ServerSocket taken = new ServerSocket(port)) {
      Program server = machine.twincast("serve --port " + taken.getLocalPort());

      assertEquals(6, server.exitCode(), server::toString);
      server.await("" + port).await("in use");
      assertFalse(server.says("Exception"), server::toString);
    }
  }

  @Test
  void optionsComeFromTheEnvironmentAndTheCommandLineWins() {
    serve("");

    Program call = machine.start("env TWINCAST_COUNT=4 ./twincast call " + address);
    assertEquals(0, call.exitCode(), call::toString);
    assertEquals(4, call.count("Received: "), call::toString);

    Program other = machine.start("env TWINCAST_COUNT=4 ./twincast call " + address + " --count 2");
    assertEquals(0, other.exitCode(), other::toString);
    assertEquals(2, other.count("Received: "), other::toString);

    Program wrong = machine.start("env TWINCAST_COUNT=four ./twincast call " + address);
    assertEquals(2, wrong.exitCode(), wrong::toString);
    wrong.await("TWINCAST_COUNT: 'four'");
  }
}
