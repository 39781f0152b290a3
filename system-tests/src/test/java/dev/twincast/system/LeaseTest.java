package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** An address that its announcer has to renew; BIRD announces what is an address. */
@Needs({Tool.NAMESPACES, Tool.BIRD})
final class LeaseTest {
  @AutoClose private final AnycastLab lab = AnycastLab.open(Routing.BIRD_DIRECT);

  @Test
  void anAnnouncerThatIsKilledOrHangsLosesTheAddressAndNoCallFails() {
    Program call =
        lab.client()
            .twincast(
                "call %s --connections 2 --interval 5ms --count 0 --timeout 8s --json"
                    .formatted(AnycastLab.SERVICE));
    call.await(100, "\"event\":\"reply\"");
    Replica killed = lab.replica(1);
    Replica hung = lab.replica(2);

    FailoverTimes times = new FailoverTimes("lease of 3 s");
    times.add(
        "SIGKILL of the announcer",
        lab.timeUntilWithdrawn(killed, replica -> replica.announcer().kill()));
    times.add(
        "SIGSTOP of the announcer",
        lab.timeUntilWithdrawn(hung, replica -> replica.announcer().signal("STOP")));
    times.tell();

    assertEquals(
        0, killed.host().run("ip address show dev lo to " + AnycastLab.VIP).size(), "its address");
    call.await((int) call.count("\"event\":\"reply\"") + 100, "\"event\":\"reply\"");

    hung.announcer().signal("CONT"); // it goes on, whether or not a check finishes first
    lab.awaitAnnounced(hung);

    assertEquals(0, call.signal("TERM").exitCode(), () -> "" + call.err());
    JsonObject summary = call.events("summary").getFirst();
    assertEquals(0, summary.get("failed").getAsInt(), summary::toString);
  }

  /** By hand for longer: see "Anycast failover" in docs/measurements.md. */
  @Test
  void renewalsUnderLoadNeverLoseTheAddress() {
    int calls = Integer.parseInt(System.getenv().getOrDefault("TWINCAST_LAB_CALLS", "1500"));
    int changes = lab.routeChanges();
    Program call =
        lab.client()
            .twincast(
                "call %s --connections 4 --interval 10ms --count %d --quiet --json"
                    .formatted(AnycastLab.SERVICE, calls));

    assertEquals(0, call.exitCode(Duration.ofHours(2)), call::toString);

    assertEquals(changes, lab.routeChanges());
    for (Replica replica : lab.replicas()) {
      assertEquals(0, replica.announcer().count("withdrawn"), replica.announcer()::toString);
    }
  }

  @Test
  void endsByTakingTheAddressAway() {
    Replica leaving = lab.replica(3);

    assertEquals(0, leaving.announcer().signal("TERM").exitCode(), leaving.announcer()::toString);

    assertTrue(leaving.announcer().says("withdrawn via address:lo: the announcer ends"));
    assertEquals(0, leaving.host().run("ip address show dev lo to " + AnycastLab.VIP).size());
    lab.awaitWithdrawn(leaving);
  }
}
