package dev.twincast.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.BufferedReader;
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
