package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What happens to calls, to new connections and to the routes when replicas fail or leave. Counts
 * are asserted, times are only told: see {@link FailoverTimes}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Failover {
  /** How often an event is repeated whose time is told. */
  private static final int ROUNDS =
      Integer.parseInt(System.getenv().getOrDefault("TWINCAST_LAB_ROUNDS", "1"));

  /** How many calls are made around an event; 0: as many as it lasts. */
  private static final int CALLS =
      Integer.parseInt(System.getenv().getOrDefault("TWINCAST_LAB_CALLS", "0"));

  private final FailoverTimes times;
  private final AnycastLab lab;

  Failover(Routing routing) {
    times = new FailoverTimes(routing.name());
    lab = AnycastLab.open(routing);
  }

  @BeforeEach
  void restoreTheLab() {
    lab.restore();
  }

  @AfterAll
  void tellTimesAndCloseTheLab() {
    times.tell();
    lab.close();
  }

  @Test
  void theRouterSpreadsConnectionsOverAllThree() {
    JsonObject summary = callsWhile(() -> {});

    assertEquals(3, summary.getAsJsonObject("replicas").size(), summary::toString);
  }

  @Test
  void aKilledReplicaFailsNoCall() {
    callsWhile(() -> withdrawn("SIGKILL of the server", lab.replica(2), r -> r.server().kill()));
    for (int round = 1; round < ROUNDS; round++) {
      lab.restore();
      withdrawn("SIGKILL of the server", lab.replica(2), r -> r.server().kill());
    }
  }

  @Test
  void onceTheRouteToADeadReplicaIsGoneNoNewConnectionFails() {
    String what = "SIGKILL of the server, at 500 new connections/s";
    for (int round = 0; round < ROUNDS; round++) {
      lab.restore();
      Program connections = connect(500);
      connections.write("killed\n").await("epoch 2");
      withdrawn(what, lab.replica(2), r -> r.server().kill());
      connections.write("withdrawn\n").await("epoch 3");
      assertEquals(0, connections.closeInput().exitCode(), connections::toString);

      JsonObject before = epochs(connections).get(1);
      times.addFailed(what, before.get("started").getAsInt() - before.get("answered").getAsInt());
      JsonObject after = epochs(connections).getLast();
      assertEquals(after.get("started"), after.get("answered"), connections::toString);
    }
  }

  @Test
  void aFrozenReplicaFailsNoCall() {
    callsWhile(
        () -> withdrawn("SIGSTOP of the server", lab.replica(1), r -> r.server().signal("STOP")));
    for (int round = 1; round < ROUNDS; round++) {
      lab.restore();
      withdrawn("SIGSTOP of the server", lab.replica(1), r -> r.server().signal("STOP"));
    }
  }

  @Test
  void aLinkThatGoesDownFailsNoCall() {
    callsWhile(() ->
        withdrawn(
            "link down",
            lab.replica(3),
            r -> lab.router().run("ip link set dev " + r.name() + " down")));
  }

  @Test
  void twoOfThreeMayDie() {
    callsWhile(() -> {
      lab.replica(1).server().kill();
      lab.replica(3).server().kill();
      lab.awaitWithdrawn(lab.replica(1));
      lab.awaitWithdrawn(lab.replica(3));
    });
  }

  @Test
  void afterADrainNoNewConnectionFails() {
    Program connections = connect(200);
    callsWhile(() -> {
      Replica leaving = lab.replica(2);
      withdrawn("SIGTERM of the announcer", leaving, r -> r.announcer().signal("TERM"));
      connections.write("drained\n").await("epoch 2");
      assertEquals(0, leaving.announcer().exitCode(), leaving.announcer()::toString);
      assertEquals(0, leaving.server().signal("TERM").exitCode(), leaving.server()::toString);
    });
    assertEquals(0, connections.closeInput().exitCode(), connections::toString);
    JsonObject after = epochs(connections).getLast();
    assertEquals(after.get("started"), after.get("answered"), connections::toString);
  }

  @Test
  void aServerThatAnnouncesItselfDrainsAndNoNewConnectionFails() {
    Replica leaving = lab.replica(2);
    leaving.announceItself();
    lab.awaitAnnounced(leaving);
    Program connections = connect(200);
    callsWhile(() -> {
      withdrawn("SIGTERM of serve --announce", leaving, r -> r.server().signal("TERM"));
      connections.write("withdrawn\n").await("epoch 2");
      assertEquals(0, leaving.server().exitCode(), leaving.server()::toString);
    });
    assertEquals(0, connections.closeInput().exitCode(), connections::toString);
    JsonObject after = epochs(connections).getLast();
    assertEquals(after.get("started"), after.get("answered"), connections::toString);
  }

  @Test
  void aRollingRestartOfAllThreeFailsNoCall() {
    callsWhile(() -> {
      for (Replica replica : lab.replicas()) {
        replica.announcer().signal("TERM");
        lab.awaitWithdrawn(replica);
        assertEquals(0, replica.announcer().exitCode(), replica.announcer()::toString);
        assertEquals(0, replica.server().signal("TERM").exitCode(), replica.server()::toString);
        replica.revive();
        lab.awaitAnnounced(replica);
      }
    });
  }

  /** Calls while that happens, and some more; none may fail. Returns the summary. */
  private JsonObject callsWhile(Runnable event) {
    Program call =
        lab.client()
            .twincast(
                "call %s --connections 4 --interval 2ms --count %d --timeout 8s --json"
                    .formatted(AnycastLab.SERVICE, CALLS));
    call.await(200, "\"event\":\"reply\"");
    event.run();
    if (CALLS == 0) {
      call.await((int) call.count("\"event\":\"reply\"") + 200, "\"event\":\"reply\"");
      call.signal("TERM");
    }
    assertEquals(
        0, call.exitCode(Duration.ofHours(1)), () -> call.err() + " " + call.events("summary"));
    JsonObject summary = call.events("summary").getFirst();
    assertEquals(0, summary.get("failed").getAsInt(), summary::toString);
    return summary;
  }

  /** New connections at a steady rate, none tried again. */
  private Program connect(int perSecond) {
    return lab.client()
        .start(
            "python3 system-tests/src/test/resources/connections.py %s 5000 %d"
                .formatted(AnycastLab.VIP, perSecond))
        .await("connecting");
  }

  private static List<JsonObject> epochs(Program connections) {
    return connections.out().stream()
        .filter(line -> line.startsWith("{"))
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .toList();
  }

  /** Lets it happen to a replica, waits until the router has no route to it, notes how long. */
  private void withdrawn(String what, Replica replica, Consumer<Replica> event) {
    times.add(what, lab.timeUntilWithdrawn(replica, event));
  }
}
