package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Anycast without routers: three processes at one port of one host (level 1), and one name with
 * three addresses (level 2). The third level is {@link Failover}.
 */
@Needs(Tool.NAMESPACES)
final class LevelsTest {
  private static final List<String> ADDRESSES = List.of("127.0.0.2", "127.0.0.3", "127.0.0.4");

  private final Network network = Network.open();
  private final Host host = network.apart("host");

  /** What {@code ip netns exec} puts in the place of /etc/hosts. */
  private final Path etc = Path.of("/etc/netns", host.namespace());

  @AfterEach
  void closeNetwork() throws IOException {
    network.close();
    Files.deleteIfExists(etc.resolve("hosts"));
    Files.deleteIfExists(etc);
  }

  private Program serve(String name, String bind) {
    return host.twincast("serve --name " + name + " --bind " + bind).await("listening");
  }

  private Program serveShared(String name) {
    return serve(name, "0.0.0.0");
  }

  private List<Program> serveThreeAtAPort(String options) {
    host.run("sh -c", "echo 1 > /proc/sys/net/ipv4/tcp_migrate_req");
    return Stream.of("a ", "b ", "c ").map(name -> serveShared(name + options)).toList();
  }

  /** The name {@code app} has these addresses from now on. */
  private void name(List<String> addresses) {
    try {
      Files.createDirectories(etc);
      Files.writeString(
          etc.resolve("hosts"),
          addresses.stream().map(address -> address + " app\n").collect(Collectors.joining()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls while that happens, and some more; none may fail. */
  private JsonObject callsWhile(String service, Runnable event) {
    Program call =
        host.twincast(
            "call " + service + " --connections 4 --interval 2ms --count 0 --timeout 8s --json");
    awaitMore(call);
    event.run();
    awaitMore(call);
    assertEquals(0, call.signal("TERM").exitCode(), () -> "" + call.err());
    JsonObject summary = call.events("summary").getFirst();
    assertEquals(0, summary.get("failed").getAsInt(), summary::toString);
    return summary;
  }

  private static void awaitMore(Program call) {
    call.await((int) call.count("\"event\":\"reply\"") + 200, "\"event\":\"reply\"");
  }

  private static void drain(Program server) {
    assertEquals(0, server.signal("TERM").exitCode(), server::toString);
  }

  @Test
  void twoOfThreeProcessesAtAPortMayDie() {
    List<Program> servers = serveThreeAtAPort("");

    JsonObject summary =
        callsWhile(
            "127.0.0.1",
            () -> {
              servers.get(0).kill();
              servers.get(2).kill();
            });

    assertEquals(3, summary.getAsJsonObject("replicas").size(), summary::toString);
  }

  /** The kernel knows no health: in one of three cases a new connection meets the frozen one. */
  @Test
  void aFrozenProcessAtAPortFailsNoCall() {
    List<Program> servers = serveThreeAtAPort("--messages");

    callsWhile("127.0.0.1 --messages", () -> servers.get(1).signal("STOP"));
  }

  @Test
  void aRollingRestartOfAllProcessesAtAPortFailsNoCall() {
    List<Program> servers = serveThreeAtAPort("");

    callsWhile(
        "127.0.0.1",
        () -> {
          for (Program server : servers) {
            drain(server);
            serveShared("again");
          }
        });
  }

  @Test
  void twoOfThreeAddressesOfANameMayDieOrFreeze() {
    name(ADDRESSES);
    List<Program> servers = ADDRESSES.stream().map(address -> serve(address, address)).toList();

    JsonObject summary =
        callsWhile(
            "app",
            () -> {
              servers.get(0).kill();
              servers.get(2).signal("STOP");
            });

    assertEquals(3, summary.getAsJsonObject("replicas").size(), summary::toString);
  }

  @Test
  void aReplicaMayMoveToAnotherAddressOfTheName() {
    name(ADDRESSES.subList(0, 2));
    Program leaves = serve("leaves", ADDRESSES.get(0));
    serve("stays", ADDRESSES.get(1));
    serve("comes", ADDRESSES.get(2));

    callsWhile(
        "app",
        () -> {
          name(ADDRESSES.subList(1, 3));
          drain(leaves);
        });

    Program call = host.twincast("call app --count 40");
    assertEquals(0, call.exitCode(), call::toString);
    call.await("Hello from server comes").await("Hello from server stays");
  }

  @Test
  void aRollingRestartOfAllAddressesOfANameFailsNoCall() {
    name(ADDRESSES);
    List<Program> servers = ADDRESSES.stream().map(address -> serve(address, address)).toList();

    callsWhile(
        "app",
        () -> {
          for (int i = 0; i < servers.size(); i++) {
            drain(servers.get(i));
            serve("again", ADDRESSES.get(i));
          }
        });
  }
}
