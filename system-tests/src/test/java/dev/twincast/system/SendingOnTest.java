package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sender goes on, whatever happens to its network: by both ports (numbered: the fast one). */
@Needs(Tool.NAMESPACES)
class SendingOnTest {
  private static final String GROUP = "239.1.2.3:6000";
  private static final String LINK_GROUP = "[ff02::77]:6000";

  @AutoClose private final Network network = Network.open();
  private final Host sender = network.host("sender");
  private final Host receiver = network.host("receiver");
  private Program receive = receiver.start("true");

  private Program sending(String group, boolean numbered) {
    String measure = numbered ? "--numbered --stats 100ms " : "";
    receive = receiver.twincast("receive --json " + measure + group);
    receive.await("joined");
    Program send =
        sender.twincast(
            "send --json --count 0 "
                + (numbered ? "--number --rate 200/s --binary 100 " : "--interval 20ms ")
                + group
                + (numbered ? "" : " tick"));
    hearsMore();
    return send;
  }

  private void hearsMore() {
    long before = heard();
    Await.until(
        () -> "more than " + before + ": " + receive, Await.PATIENCE, () -> heard() > before + 5);
  }

  private long heard() {
    long shown = receive.events("message").size();
    return receive.events("stats").stream()
        .mapToLong(stats -> stats.get("messages").getAsLong())
        .reduce(shown, Math::max);
  }

  private static void assertResumed(Program send, String reason) {
    send.await("\"resumed\"");
    JsonObject resumed = send.events("resumed").getFirst();
    assertEquals(reason, resumed.get("reason").getAsString());
    assertTrue(resumed.get("dropped").getAsInt() > 0, send::toString);
    assertEquals(1, send.events("interrupted").size(), send::toString);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whenItsAddressChanges(boolean numbered) {
    Program send = sending(GROUP, numbered);

    sender.run("ip -4 address flush dev eth0");
    send.await("\"interrupted\"");
    sender.run("ip address add " + sender.ipv4() + "8/24 dev eth0");

    assertResumed(send, "the interface has another address");
    hearsMore();
    assertEquals(0, send.signal("TERM").exitCode(), send::toString);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whenItsLinkGoesDownAndUp(boolean numbered) {
    Program send = sending(GROUP, numbered);

    sender.run("ip link set dev eth0 down");
    send.await("\"interrupted\"");
    sender.run("ip link set dev eth0 up");

    assertResumed(send, "the network is back");
    hearsMore();
  }

  @ParameterizedTest
  @CsvSource({GROUP + ",false", GROUP + ",true", LINK_GROUP + ",false", LINK_GROUP + ",true"})
  void whenItsInterfaceIsDeletedAndMadeAgain(String group, boolean numbered) {
    Program send = sending(group, numbered);

    sender.run("ip link delete dev eth0");
    send.await("\"interrupted\"");
    network.attach(sender, "eth0", "again");

    assertResumed(send, "the interface is another one of the same name");
    hearsMore();
  }

  @Test
  void andSaysInTheEndThatNotAllWasSent() {
    receive = receiver.twincast("receive --json " + GROUP);
    receive.await("joined");
    Program send = sender.twincast("send --count 100 --interval 50ms " + GROUP + " tick");
    hearsMore();

    sender.run("ip link set dev eth0 down");

    assertEquals(4, send.exitCode(), send::toString);
    send.await("Cannot send, and goes on trying: ").await(" messages could not be sent");
  }
}
