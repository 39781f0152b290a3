package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The lab's commands with {@code docker compose}, as a student types them. */
@Needs(Tool.DOCKER)
final class ComposeTest {
  private static final Duration BUILD = Duration.ofMinutes(8);

  @AutoClose private final Host machine = Host.local();

  @Nested
  final class Anycast extends Lab {
    Anycast() {
      super("anycast");
    }

    @Test
    void buildsStartsCallsAndDrains() {
      machine.start("docker image rm --force twincast").exitCode(); // as on a new machine
      build();

      Program up = up("--scale server=3");
      up.awaitMatch("client-1 +\\| Received: Hello from server [0-9a-f]{12}$");
      up.awaitMatch("client-1 +\\| 3 replicas answered 30 calls: .*; 0 failed; median .* ms");
      up.await("client-1 exited with code 0");
      assertEquals(3, running("server").size());

      interrupt(up);
      for (String server : containers("server")) {
        assertEndedWell(server);
        assertTrue(logs(server).says(" draining: "), server);
      }
    }

    @Test
    void aClientOfItsOwnReachesTheServersAndLeavesThem() {
      build();
      Program up = up("--scale server=3 server");
      up.await(3, "listening on 0.0.0.0:5000");
      List<String> servers = running("server");
      assertEquals(3, servers.size());
      Program packets =
          machine
              .start(
                  "docker exec " + servers.getFirst() + " tcpdump -i eth0 tcp port 5000 -vv -c 2")
              .await("listening on eth0");

      Program client = compose("run --rm client");

      assertEquals(0, client.exitCode(), client::toString);
      client.await("3 replicas answered 30 calls: ");
      assertEquals(servers, running("server"));
      assertEquals(0, packets.exitCode(), packets::toString);
      packets.await("2 packets captured").awaitMatch("\\.5000( >.*)?: Flags \\[");
    }
  }

  @Nested
  final class Multicast extends Lab {
    private static final String JSON = ": {\"sensor\": \"temp\", \"value\": 23.5}";
    private static final String BLOB = ": binary blob, 1024 bytes";

    Multicast() {
      super("multicast");
    }

    @Test
    void everyReceiverHearsTheSenderAndALateOneHasNoHistory() {
      build();

      Program up = up("");
      up.await("Sent JSON: {\"sensor\"").await("Sent binary blob (1024 bytes)");
      for (int i = 1; i <= 3; i++) {
        String receiver = "receiver-" + i + " +\\| ";
        up.awaitMatch(receiver + "Joined multicast group 224.1.1.1:5007 on eth0");
        up.awaitMatch(
            receiver + "Received from [\\d.]+:5007: \\{\"sensor\": \"temp\", \"value\": ");
        up.awaitMatch(receiver + "Received from [\\d.]+:5007: binary blob, 1024 bytes");
      }
      List<String> receivers = running("receiver");
      assertEquals(3, receivers.size());

      Program packets =
          machine.start(
              "docker exec " + receivers.getFirst() + " tcpdump -i eth0 udp port 5007 -vv -c 2");
      assertEquals(0, packets.exitCode(), packets::toString);
      packets.await("2 packets captured").await("ttl 1,");
      packets.await("multicast-sender-1.multicast_default.5007 > 224.1.1.1.5007: ");

      Program scale = compose("up --detach --scale receiver=4");
      assertEquals(0, scale.exitCode(), scale::toString);
      List<String> four = running("receiver");
      assertEquals(4, four.size());
      assertTrue(four.containsAll(receivers));
      String late = four.stream().filter(id -> !receivers.contains(id)).findFirst().orElseThrow();
      Program lateLog = machine.start("docker logs --follow " + late).await(JSON).await(BLOB);
      assertTrue(lateLog.count(JSON) < logs(receivers.getFirst()).count(JSON));

      interrupt(up);
      for (String receiver : receivers) {
        assertEndedWell(receiver);
        logs(receiver).await("Leaving multicast group 224.1.1.1:5007");
      }
    }
  }

  /** One of the two folders, with its compose file and the project of its name. */
  abstract class Lab {
    private final String folder;

    Lab(String folder) {
      this.folder = folder;
    }

    @BeforeEach
    @AfterEach
    void downLeavesNothing() {
      Program down = compose("down --volumes --remove-orphans");
      assertEquals(0, down.exitCode(), down::toString);
      String ofProject = " --quiet --filter label=com.docker.compose.project=" + folder;
      assertEquals(List.of(), machine.run("docker ps --all" + ofProject));
      assertEquals(List.of(), machine.run("docker network ls" + ofProject));
    }

    final Program compose(String arguments) {
      return machine.startIn(Host.ROOT.resolve(folder), "docker compose " + arguments);
    }

    final void build() {
      Program build = compose("build");
      assertEquals(0, build.exitCode(BUILD), build::toString);
    }

    /** In the foreground, and with SIGINT as a terminal would leave it. */
    final Program up(String arguments) {
      return machine.startIn(
          Host.ROOT.resolve(folder), "env --default-signal=INT docker compose up " + arguments);
    }

    /** Ctrl-C: ends within the ten seconds that Compose waits before it kills. */
    final void interrupt(Program up) {
      up.signal("INT").exitCode();
      assertEquals(
          List.of(), machine.run("docker compose --project-name " + folder + " ps --quiet"));
    }

    final List<String> containers(String service) {
      return ids("--all " + service);
    }

    final List<String> running(String service) {
      return ids(service);
    }

    private List<String> ids(String arguments) {
      Program ps = compose("ps --quiet " + arguments);
      assertEquals(0, ps.exitCode(), ps::toString);
      return ps.out().stream().sorted().toList();
    }

    final Program logs(String container) {
      Program logs = machine.start("docker logs " + container);
      assertEquals(0, logs.exitCode(), logs::toString);
      return logs;
    }

    final void assertEndedWell(String container) {
      String state =
          machine.run("docker inspect --format {{.State.ExitCode}} " + container).getFirst();
      assertTrue(List.of("0", "143").contains(state), () -> logs(container).toString());
    }
  }
}
