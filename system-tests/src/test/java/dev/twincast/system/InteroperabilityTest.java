package dev.twincast.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Programs that know nothing of us, on each side of both models. */
final class InteroperabilityTest {
  private static final String JSON = "{\"sensor\": \"temp\", \"value\": 23.5}";

  @AutoClose private final Host machine = Host.local();
  private final int port = FreePort.tcp();
  private final String group = "239.77.1.3";
  private final int groupPort = FreePort.udp();

  private Program python(String script, String arguments, String... more) {
    return machine.start(
        "python3 system-tests/src/test/resources/" + script + " " + arguments, more);
  }

  private Program serve() {
    return machine.twincast("serve --name green --port " + port).await("listening on");
  }

  private Program receive(int count) {
    return machine
        .twincast("receive " + group + ":" + groupPort + "%lo --count " + count)
        .await("Joined multicast group");
  }

  private void send(String... messages) {
    machine.run("./twincast send " + group + ":" + groupPort + "%lo", messages);
  }

  @Test
  @Needs(Tool.PYTHON3)
  void aPythonClientIsGreetedAndAnsweredByOurServer() {
    serve();

    Program client = python("greeting_client.py", "" + port);

    assertEquals(0, client.exitCode(), client::toString);
    assertEquals(List.of("Hello from server green", "green: hello from python"), client.out());
  }

  @Test
  @Needs(Tool.PYTHON3)
  void ourClientTellsPythonServersApartByTheirAddresses() {
    int other = FreePort.tcp();
    python("greeting_server.py", "" + port).await("ready");
    python("greeting_server.py", "" + other).await("ready");
    String first = "127.0.0.1:" + port;
    String second = "127.0.0.1:" + other;

    Program call = machine.twincast("call " + first + " " + second + " --count 30");

    assertEquals(0, call.exitCode(), call::toString);
    assertEquals(30, call.count("Received: Welcome, says python"), call::toString);
    call.await("2 replicas answered 30 calls: ").await(first + " ").await(second + " ");
  }

  @Test
  @Needs(Tool.PYTHON3)
  void aPythonReceiverHearsExactlyTheBytesThatWeSend() {
    Program receiver =
        python("multicast_receiver.py", group + " " + groupPort + " 4").await("ready");

    send(JSON, "{ \"a\" :1}", "grüße");
    send("--binary", "3");

    assertEquals(0, receiver.exitCode(), receiver::toString);
    assertEquals(
        List.of("ready", hex(JSON), hex("{ \"a\" :1}"), hex("grüße"), "000102"), receiver.out());
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(UTF_8));
  }

  @Test
  @Needs(Tool.PYTHON3)
  void weHearAPythonSender() {
    Program receive = receive(3);

    python("multicast_sender.py", group + " " + groupPort, JSON, "hello", "\u0001");

    assertEquals(0, receive.exitCode(), receive::toString);
    receive.awaitMatch("^Received from 127\\.0\\.0\\.1:\\d+: \\{\"sensor\": \"temp\", .*}$");
    receive.awaitMatch("^Received from .*: hello$");
    receive.awaitMatch("^Received from .*: binary blob, 1 byte$");
  }

  @Test
  @Needs(Tool.SOCAT)
  void socatIsGreetedAndAnsweredByOurServer() {
    serve();

    Program client = machine.start("socat -t 60 - TCP:127.0.0.1:" + port);
    client.write("hello from socat\nwithout a line end").closeInput();

    assertEquals(0, client.exitCode(), client::toString);
    assertEquals(
        List.of("Hello from server green", "green: hello from socat", "green: without a line end"),
        client.out());
  }

  @Test
  @Needs(Tool.SOCAT)
  void ourClientIsAnsweredBySocat() {
    machine.start(
        "socat TCP-LISTEN:" + port + ",bind=127.0.0.1,reuseaddr,fork",
        "SYSTEM:echo Welcome; read line; echo You said $line");

    Program call = machine.twincast("call 127.0.0.1:" + port + " --count 5 --message hello");

    assertEquals(0, call.exitCode(), call::toString);
    assertEquals(5, call.count("Received: You said hello"), call::toString);
    call.await("1 replica answered 5 calls: 127.0.0.1:" + port + " 5; 0 failed");
  }

  @Test
  @Needs(Tool.SOCAT)
  void ourMessagesAreEchoedBySocat() {
    machine.start("socat TCP-LISTEN:" + port + ",bind=127.0.0.1,reuseaddr,fork EXEC:cat");

    Program call =
        machine.twincast("call 127.0.0.1:" + port + " --messages --message hello --count 20");

    assertEquals(0, call.exitCode(), call::toString);
    assertEquals(20, call.count("Received: hello"), call::toString);
    call.await("1 replica answered 20 calls: 127.0.0.1:" + port + " 20; 0 failed");
  }

  @Test
  @Needs(Tool.SOCAT)
  void socatHearsWhatWeSend() {
    Program receiver =
        machine
            .start(
                "socat -d -d -u UDP4-RECV:%d,reuseaddr,ip-add-membership=%s:127.0.0.1 STDOUT"
                    .formatted(groupPort, group))
            .await("starting data transfer loop");

    send(JSON + "\n", "hello\n");

    receiver.await("hello");
    assertEquals(List.of(JSON, "hello"), receiver.out());
  }

  @Test
  @Needs(Tool.SOCAT)
  void weHearWhatSocatSends() {
    Program receive = receive(1);

    machine
        .start(
            "socat -u STDIN UDP4-DATAGRAM:%s:%d,ip-multicast-if=127.0.0.1"
                .formatted(group, groupPort))
        .write(JSON)
        .closeInput();

    assertEquals(0, receive.exitCode(), receive::toString);
    receive.await(": " + JSON);
    assertFalse(receive.says("binary"), receive::toString);
  }
}
