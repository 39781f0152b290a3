package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The lab's commands with {@code docker compose}, as a student types them. */
@Needs(Tool.DOCKER)
final class ComposeTest {
  @Nested
  final class Anycast extends ComposeLab {
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
  final class Multicast extends ComposeLab {
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

  @Nested
  final class Feed extends ComposeLab {
    private static final String LOSSY = "subscriber-lossy-1 +\\| ";

    Feed() {
      super("feed");
    }

    @Test
    void aRecorderIsKilledAndNothingIsLost() {
      build();

      Program up = up("");
      up.awaitMatch(LOSSY + "#20 \\{\"sensor\": \"temp\", \"value\": ");
      up.awaitMatch(LOSSY + "Repaired #");
      List<String> recorders = running("recorder");
      assertEquals(2, recorders.size());
      machine.run("docker kill " + recorders.getFirst());
      int last = shown(logs(running("subscriber-lossy").getFirst())).size();
      up.awaitMatch(LOSSY + "#" + (last + 50) + " ");
      machine.run("docker start " + recorders.getFirst());
      up.awaitMatch(LOSSY + "#" + (last + 70) + " ");

      interrupt(up);
      List<String> subscribers = new ArrayList<>(containers("subscriber"));
      assertEquals(2, subscribers.size());
      subscribers.addAll(containers("subscriber-lossy"));
      for (String subscriber : subscribers) {
        assertEndedWell(subscriber);
        Program log = logs(subscriber).await("The session has ended").await("; 0 lost, ");
        List<Integer> numbers = shown(log);
        assertEquals(IntStream.rangeClosed(1, numbers.size()).boxed().toList(), numbers);
      }
      logs(subscribers.getLast()).awaitMatch("simulated loss of [1-9]");
      logs(recorders.getFirst()).await("Recording session readings from #1");
    }

    private List<Integer> shown(Program log) {
      return log.out().stream()
          .filter(line -> line.startsWith("#"))
          .map(line -> Integer.valueOf(line.substring(1, line.indexOf(' '))))
          .toList();
    }
  }
}
