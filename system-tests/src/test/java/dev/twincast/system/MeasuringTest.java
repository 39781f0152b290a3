package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Numbered datagrams: what was lost, by us and by iperf 2. */
@Needs({Tool.NAMESPACES, Tool.IPERF})
class MeasuringTest {
  private static final String GROUP = "239.1.2.3:6000";

  private final Network network = Network.open();
  private final Host sender = network.host("sender");
  private final Host receiver = network.host("receiver");

  @AfterEach
  void closeNetwork() {
    network.close();
  }

  @Test
  void tellsThatNothingWasLost() {
    Program receive = receiver.twincast("receive --numbered --json --stats 100ms " + GROUP);
    receive.await("joined");

    sender.run("./twincast send --number --count 2000 --rate 2k/s --binary 100 " + GROUP);

    assertEquals(0, receive.exitCode(), receive::toString);
    JsonObject summary = receive.events("summary").getFirst();
    assertEquals(2000, summary.get("messages").getAsInt());
    assertEquals(0, summary.get("lost").getAsInt());
    assertEquals(1, summary.get("sources").getAsInt());
    assertTrue(receive.events("stats").size() > 1, receive::toString);
  }

  @Test
  void aStrangersDatagramDoesNotKeepItFromEnding() {
    Program receive = receiver.twincast("receive --numbered --json " + GROUP);
    receive.await("joined");

    sender.run("./twincast send " + GROUP + " stray");
    sender.run("./twincast send --number --count 100 --rate 1k/s --binary 100 " + GROUP);

    assertEquals(0, receive.exitCode(), receive::toString);
    JsonObject summary = receive.events("summary").getFirst();
    assertEquals(100, summary.get("messages").getAsInt());
    assertEquals(1, summary.get("unnumbered").getAsInt());
  }

  @Test
  void explainsEachDatagramThatAFirewallDropped() {
    receiver.run("nft add table inet lossy");
    receiver.run("nft", "add chain inet lossy in { type filter hook input priority 0; }");
    receiver.run("nft", "add rule inet lossy in udp dport 6000 numgen inc mod 10 5 counter drop");
    Program receive = receiver.twincast("receive --numbered --json --max-loss 5% " + GROUP);
    receive.await("joined");

    sender.run("./twincast send --number --count 1000 --rate 1k/s --binary 100 " + GROUP);

    assertEquals(4, receive.exitCode(), receive::toString);
    JsonObject summary = receive.events("summary").getFirst();
    int received = summary.get("messages").getAsInt();
    assertEquals(1000, received + summary.get("lost").getAsInt());
    assertTrue(received >= 899 && received <= 901, receive::toString);
  }

  @Test
  void iperfMeasuresOurStream() {
    Program iperf = receiver.start("stdbuf -oL iperf -s -u -B 239.1.2.3 -p 6000");
    iperf.await("Joining multicast group");

    sender.run("./twincast send --number --count 1000 --rate 1k/s " + GROUP);

    iperf.awaitMatch(" 0/1000 \\(0%\\)");
  }

  @Test
  void weMeasureIperfsStream() {
    Program receive = receiver.twincast("receive --numbered --json " + GROUP);
    receive.await("joined");

    sender.run("iperf -c 239.1.2.3 -p 6000 -u -b 2M -t 1 -l 500");

    assertEquals(0, receive.exitCode(), receive::toString);
    JsonObject summary = receive.events("summary").getFirst();
    assertTrue(summary.get("messages").getAsInt() > 100, receive::toString);
    assertEquals(0, summary.get("lost").getAsInt());
  }

  @Test
  void theUnicastControlTellsThatTheNetworkWorksButMulticastDoesNot() {
    receiver.run("nft add table inet deaf");
    receiver.run("nft", "add chain inet deaf in { type filter hook input priority 0; }");
    receiver.run("nft", "add rule inet deaf in ip daddr 239.1.2.3 drop");
    Program receive = receiver.twincast("receive --numbered --also 6001 --timeout 3s " + GROUP);
    receive.await("Joined");

    sender.run(
        "./twincast send --number --count 100 --rate 1k/s --binary 100 --also "
            + receiver.ipv4()
            + ":6001 "
            + GROUP);

    assertEquals(3, receive.exitCode(), receive::toString);
    receive.await("by unicast: 100 messages, 0 lost");
    receive.await("the network works, multicast does not");
  }

  @Test
  void withoutMulticastSendsToEachAddressByUnicast() {
    Program receive = receiver.twincast("receive --numbered --also 6001 --timeout 3s " + GROUP);
    receive.await("Joined");

    sender.run(
        "./twincast send --number --count 100 --rate 1k/s --binary 100 --unicast "
            + receiver.ipv4()
            + ":6001");

    receive.exitCode();
    receive.await("by unicast: 100 messages, 0 lost");
  }
}
