package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** {@code send} and {@code receive} on one machine, on its loopback interface. */
final class MulticastTest {
  @AutoClose private final Host machine = Host.local();
  private final String group = "239.77.1.2:" + FreePort.udp() + "%lo";

  private Program receive(String options) {
    return machine.twincast("receive " + group + " " + options).await("Joined multicast group");
  }

  private void send(String... messages) {
    machine.run("./twincast send " + group, messages);
  }

  @Test
  void exitsWith3WhenNothingWasHeard() {
    Program receive = receive("--timeout 1s");

    assertEquals(3, receive.exitCode(), receive::toString);
    receive.await("Leaving multicast group 239.77.1.2:").await("0 messages from 0 sources");
  }

  @Test
  void exitsWith4WhenFewerCameThanExpected() {
    Program receive = receive("--expect 5");

    send("1", "2", "3", "4");
    receive.await(4, "Received from").signal("TERM");

    assertEquals(4, receive.exitCode(), receive::toString);
    receive.await("4 messages from 1 source");
  }

  @Test
  void exitsWith0WhenAsManyCameAsExpected() {
    Program receive = receive("--expect 5");

    send("1", "2", "3", "4", "5");

    assertEquals(0, receive.exitCode(), receive::toString);
    receive.await("5 messages from 1 source");
  }

  @Test
  void leavesAndSumsUpOnSigterm() {
    Program receive = receive("");
    send();
    receive.await("{\"sensor\": \"temp\", \"value\": 23.5}").await(": binary blob, 1024 bytes");

    receive.signal("TERM");

    assertEquals(0, receive.exitCode(), receive::toString);
    receive.await("Leaving multicast group").await("2 messages from 1 source");
  }

  @Test
  void tellsTheSameInJson() {
    Program receive =
        machine.twincast("receive " + group + " --count 3 --json").await("\"joined\"");

    Program send = machine.twincast("send --json --binary 2 " + group, "{\"a\":  1}", "hello");

    assertEquals(0, send.exitCode(), send::toString);
    assertEquals(0, receive.exitCode(), receive::toString);
    List<JsonObject> events = receive.events();
    for (JsonObject event : events) {
      Instant.parse(event.get("time").getAsString());
    }
    List<JsonObject> messages = receive.events("message");
    assertEquals("json {\"a\":  1}", kindAnd("text", messages.get(0)));
    assertEquals("text hello", kindAnd("text", messages.get(1)));
    assertEquals("binary AAE=", kindAnd("base64", messages.get(2)));
    assertEquals("lo", events.getFirst().get("interface").getAsString());
    JsonObject summary = events.getLast();
    assertEquals("summary", summary.get("event").getAsString());
    assertEquals(3, summary.get("messages").getAsInt());
    assertEquals(1, summary.get("sources").getAsInt());
    assertEquals(16, summary.get("bytes").getAsInt());
    assertEquals(3, send.events("sent").size());
    assertEquals(16, send.events("summary").getLast().get("bytes").getAsInt());
  }

  private static String kindAnd(String field, JsonObject message) {
    return message.get("kind").getAsString() + " " + message.get(field).getAsString();
  }

  @Test
  void hearsMoreGroupsThanOneSocketCanJoin() {
    int port = FreePort.udp();
    String groups =
        IntStream.rangeClosed(1, 45)
            .mapToObj(i -> "239.77.2." + i + ":" + port + "%lo")
            .collect(Collectors.joining(" "));
    Program receive = machine.twincast("receive --expect 3 " + groups);
    receive.await(45, "Joined multicast group");

    for (int i : new int[] {1, 21, 45}) {
      machine.run("./twincast send 239.77.2." + i + ":" + port + "%lo to-" + i);
    }

    assertEquals(0, receive.exitCode(), receive::toString);
    receive.await(": to-1").await(": to-21").await(": to-45").await("3 messages from 3 sources");
  }

  @Test
  void waitsForAnInterfaceThatIsNotThereAndSaysWhichOnesAre() {
    Program receive = machine.twincast("receive 239.77.1.2%nosuch0 --json --timeout 1s");

    assertEquals(3, receive.exitCode(), receive::toString);
    JsonObject waiting = receive.events("waiting").getFirst();
    assertEquals("nosuch0", waiting.get("interface").getAsString());
    String reason = waiting.get("reason").getAsString();
    assertTrue(reason.contains("no interface \"nosuch0\"") && reason.contains("lo 127.0.0.1"));
    assertEquals(0, receive.events("left").size(), "was never a member");
  }

  @Test
  void aWaitForAnInterfaceEndsBySigint() {
    Program receive = machine.twincast("receive --interface nosuch0").await("Waiting: ");

    assertEquals(130, receive.signal("INT").exitCode(), receive::toString);
    receive.await("0 messages from 0 sources");
    assertEquals(1, receive.out().size(), receive::toString);
  }

  @Test
  void hearsWhatIsSentToThisHostItself() {
    int port = FreePort.udp();
    Program receive = machine.twincast("receive --json --count 2 --unicast " + port);
    receive.await("\"listening\"");

    machine.run("./twincast send --unicast 127.0.0.1:%d,[::1]:%d hello".formatted(port, port));

    assertEquals(0, receive.exitCode(), receive::toString);
    assertEquals(port, receive.events("listening").getFirst().get("port").getAsInt());
    assertEquals(2, receive.events("message").size(), receive::toString);
    assertEquals(0, receive.events("joined").size(), "no group was asked for");
  }

  @Test
  void aUnicastPortInUseIsSaid() {
    int port = FreePort.udp();
    machine.twincast("receive --unicast " + port).await("Listening on UDP port " + port);

    Program second = machine.twincast("receive --unicast " + port);

    assertEquals(6, second.exitCode(), second::toString);
    second.await("cannot use UDP port " + port);
  }

  @Test
  void endsWhenNobodyReadsItsOutput() {
    Program pipe = machine.start("sh -c", "./twincast receive " + group + " | head -n 1");
    pipe.await("Joined multicast group");

    Program send = machine.twincast("send " + group + " hello --count 0 --interval 100ms");

    assertEquals(0, pipe.exitCode(), pipe::toString);
    assertEquals(0, send.signal("TERM").exitCode(), send::toString);
  }
}
