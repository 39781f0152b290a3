package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(strings = {GROUP, "[ff15::1]:6000", "[ff02::77]:6000"})
  void tellsThatNothingWasLost(String group) {
    Program receive = receiver.twincast("receive --numbered --json --stats 100ms " + group);
    receive.await("joined");

    sender.run("./twincast send --number --count 2000 --rate 2k/s --binary 100 " + group);

    assertEquals(0, receive.exitCode(), receive::toString);
    JsonObject summary = receive.events("summary").getFirst();
    assertEquals(2000, summary.get("messages").getAsInt());
    assertEquals(0, summary.get("lost").getAsInt());
    assertEquals(1, summary.get("sources").getAsInt());
    List<JsonObject> stats = receive.events("stats");
    assertTrue(stats.size() > 1, receive::toString);
    JsonObject stream = stats.getLast().getAsJsonArray("streams").get(0).getAsJsonObject();
    assertTrue(stream.has("jitterMillis") && stream.has("delaySpreadMillis"), stream::toString);
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
  void tellsOfADatagramThatNeverBecameWhole() {
    receiver.run("sh -c", "echo 1 > /proc/sys/net/ipv4/ipfrag_time");
    receiver.run("nft add table ip holes");
    receiver.run("nft", "add chain ip holes in { type filter hook prerouting priority -450; }");
    receiver.run("nft", "add rule ip holes in ip frag-off & 0x1fff != 0 drop");
    Program receive = receiver.twincast("receive --json --stats 100ms " + GROUP);
    receive.await("joined");

    sender.run("./twincast send --binary 3000 " + GROUP);
    receive.await("\"reassemblyFailures\":1");
    sender.run("./twincast send " + GROUP + " whole");
    receive.await("whole");

    assertEquals(0, receive.signal("TERM").exitCode(), receive::toString);
    JsonObject summary = receive.events("summary").getFirst();
    assertEquals(1, summary.get("messages").getAsInt());
    assertEquals(1, summary.get("reassemblyFailures").getAsInt());
    receive.await("1 of the datagrams to this host never became whole");
  }

  @Test
  @Needs(Tool.TCPDUMP)
  void withoutOffloadEachDatagramIsSentOnItsOwn() {
    Program wire = sender.start("tcpdump -B 8192 -l -n -i eth0 udp port 6000");
    wire.await("listening on eth0");

    sender.run("./twincast send --number --count 200 --rate 20k/s --no-offload " + GROUP);
    wire.await(150, "UDP, length 1470");

    sender.run("./twincast send --number --count 200 --rate 20k/s " + GROUP);
    wire.awaitMatch("UDP, length \\d{5}$");
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
    // The sender has to begin within the time-out, on a busy machine, too.
    Program receive = receiver.twincast("receive --numbered --also 6001 --timeout 10s " + GROUP);
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
  void withoutMulticastSendsToEachAddressOfANameByUnicast() throws IOException {
    Host second = network.host("second");
    Path hosts = Files.createTempFile("tw-hosts", "");
    try {
      Files.writeString(
          hosts,
          "%s app\n%s app\n%s app\n".formatted(receiver.ipv4(), receiver.ipv6(), second.ipv4()));
      Program one = receiver.twincast("receive --numbered --json --unicast 6001");
      Program two = second.twincast("receive --numbered --json --unicast 6001");
      one.await("listening");
      two.await("listening");

      sender.run(
          "env JAVA_TOOL_OPTIONS=-Djdk.net.hosts.file=" + hosts,
          "./twincast send --number --count 100 --rate 1k/s --binary 100 --unicast app:6001"
              .split(" "));

      assertEquals(0, one.exitCode(), one::toString);
      assertEquals(0, two.exitCode(), two::toString);
      assertEquals(200, one.events("summary").getFirst().get("messages").getAsInt());
      assertEquals(2, one.events("summary").getFirst().get("sources").getAsInt());
      assertEquals(100, two.events("summary").getFirst().get("messages").getAsInt());
    } finally {
      Files.delete(hosts);
    }
  }
}
