package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several processes on one port of one host, one of which is killed. */
@Needs({Tool.NAMESPACES, Tool.PYTHON3})
final class SharedPortTest {
  /** Opens 300 connections, waits for a line, and then wants an answer on each. */
  private static final String CLIENT =
      """
      import socket, struct, sys
      connections = [socket.create_connection(("127.0.0.1", 5000)) for _ in range(300)]
      print("connected", flush=True)
      sys.stdin.readline()
      answered = reset = 0
      for connection in connections:
          connection.settimeout(20)
          try:
              if "--messages" in sys.argv:
                  connection.sendall(struct.pack(">i", 3) + b"abc")
              if not connection.recv(100):
                  raise ConnectionError("closed")
              answered += 1
          except ConnectionError:
              reset += 1
      print("answered", answered, "reset", reset, flush=True)
      """;

  @AutoClose private final Network network = Network.open();
  private final Host host = network.host("server");

  private List<Program> serve(String options, int migrate) {
    String setting = "/proc/sys/net/ipv4/tcp_migrate_req";
    assumeTrue(Files.exists(Path.of(setting)), "this kernel is older than 5.14");
    host.run("sh -c", "echo " + migrate + " > " + setting);
    List<Program> servers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      servers.add(host.twincast("serve --name s" + i + " " + options).await("listening"));
    }
    return servers;
  }

  /** How many of the connections that were open when a stopped process was killed are lost. */
  private String killOneWithAFullQueue(List<Program> servers, String options) {
    Program doomed = servers.getFirst().signal("STOP");
    Program client = host.start("python3 -c", CLIENT, options).await("connected");
    doomed.signal("KILL").exitCode();
    client.write("\n").await("answered");
    return client.out().getLast();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--messages"})
  void noneOfTheQueuedConnectionsIsLostWhenTheKernelMigratesThem(String options) {
    List<Program> servers = serve(options, 1);
    for (Program server : servers) {
      assertFalse(server.says("tcp_migrate_req"), server::toString);
    }
    assertEquals("answered 300 reset 0", killOneWithAFullQueue(servers, options));
  }

  @Test
  void withoutMigrationTheQueuedOnesAreLostAndServeSaysSoBefore() {
    List<Program> servers = serve("--messages", 0);
    assertFalse(servers.getFirst().says("tcp_migrate_req"), servers::toString);
    servers.getLast().await("(try: sysctl -w net.ipv4.tcp_migrate_req=1)");

    String result = killOneWithAFullQueue(servers, "--messages");

    assertFalse(result.endsWith("reset 0"), result);
  }

  @Test
  void aClientThatRetriesLosesNothingWithoutMigrationEither() {
    Program doomed = serve("", 0).getFirst();
    Program call = host.twincast("call 127.0.0.1 --count 300 --interval 2ms --timeout 20s");
    call.await(20, "Received: ");
    doomed.signal("STOP");
    // It goes on while it happens to meet the others, and then waits for the stopped one.
    call.await(21, "Received: ");
    doomed.signal("KILL");

    assertEquals(0, call.exitCode(), call::toString);
    call.await(" answered 300 calls: ").await("; 0 failed;");
  }

  @Test
  void saysWhatIsRiskyAboutAPort() {
    Program ephemeral = host.twincast("serve --port 40000").await("listening");
    ephemeral.await("(try: sysctl -w net.ipv4.ip_local_reserved_ports=40000)");
    Program wildcard = host.twincast("serve").await("listening");
    Program specific = host.twincast("serve --bind 127.0.0.1").await("listening");
    specific.await("all that comes to 127.0.0.1 goes to this one (try: the same --bind for all)");
    assertFalse(wildcard.says("--bind"), wildcard::toString);
    assertTrue(specific.isRunning());
  }
}
