package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A receiver stays a member, whatever happens to its network. */
@Needs(Tool.NAMESPACES)
class StayingTest {
  private static final String GROUP = "239.1.2.3:6000";

  private final Network network = Network.open();
  private final Host sender = network.host("sender");
  private final Host receiver = network.host("receiver");
  private Program receive = receiver.start("true");

  @BeforeEach
  void startAStream() {
    receive = receiver.twincast("receive --rejoin 3s " + GROUP + "%eth0");
    receive.await("Joined multicast group");
    sender.twincast("send --count 0 --interval 50ms " + GROUP + " tick");
    hearsMore();
  }

  @AfterEach
  void closeNetwork() {
    network.close();
  }

  private void hearsMore() {
    receive.await((int) receive.count("tick") + 3, "tick");
  }

  @Test
  @Needs(Tool.PYTHON3)
  void aSwitchThatForgotItIsReminded() {
    // A querier asks once and is never heard again. The switch goes on to forward to members only,
    // and forgets them after six seconds.
    network.bridge().run("ip link set br0 type bridge mcast_membership_interval 600");
    sender.run(
        "python3 -c",
        """
        import socket
        query = bytes([0x11, 10, 0, 0, 0, 0, 0, 0, 2, 125, 0, 0])
        total = sum(query[i] << 8 | query[i + 1] for i in range(0, len(query), 2))
        total = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
        igmp = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_IGMP)
        igmp.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, bytes([0x94, 4, 0, 0]))
        igmp.sendto(query[:2] + total.to_bytes(2, "big") + query[4:], ("224.0.0.1", 0))
        """);

    receive.await("Joined again: nothing heard for 3 s");

    hearsMore();
  }

  @Test
  void theLinkMayGoDownAndUp() {
    receiver.run("ip link set dev eth0 down");
    receiver.run("ip link set dev eth0 up");

    hearsMore();
  }

  @Test
  void theAddressMayChange() {
    receiver.run("ip address flush dev eth0");
    receiver.run("ip address add " + receiver.ipv4() + "9/24 dev eth0");

    receive.await("Joined again: the interface");

    hearsMore();
  }

  @Test
  void theInterfaceMayBeDeletedAndMadeAgain() {
    receiver.run("ip link delete dev eth0");
    network.attach(receiver, "eth0", "again");

    receive.await("Joined again: the interface");

    hearsMore();
  }

  @Test
  void anIpv6GroupOfTheLinkSurvivesAnInterfaceMadeAgain() {
    String group = "[ff02::77]:6000%eth0";
    Program receive6 = receiver.twincast("receive " + group);
    receive6.await("Joined multicast group");
    sender.twincast("send --count 0 --interval 50ms " + group + " tick");
    receive6.await("tick");

    receiver.run("ip link delete dev eth0");
    network.attach(receiver, "eth0", "again");

    receive6.await("Joined again: the interface");
    receive6.await((int) receive6.count("tick") + 3, "tick");
  }

  @ParameterizedTest
  @ValueSource(strings = {GROUP, "[ff15::1]:6000", "[ff02::77]:6000"})
  void anInterfaceThatComesLaterIsAwaited(String group) {
    Program late = receiver.twincast("receive " + group + "%eth7");
    late.await("Waiting: there is no interface \"eth7\" with an address; there are: lo 127.0.0.1");

    network.attach(receiver, "eth7", "late");
    late.await(" on eth7");

    sender.twincast("send --count 0 --interval 50ms " + group + " tock");
    late.await("tock");
    late.signal("TERM");
    late.await("Leaving multicast group ");
  }

  @Test
  void anInterfaceThatIsDownAtTheStartIsAwaited() {
    receiver.run("ip link set dev eth0 down");
    Program early = receiver.twincast("receive --numbered --json " + GROUP + "%eth0");
    early.await("\"waiting\"").await("interface eth0 is down or has no carrier");

    receiver.run("ip link set dev eth0 up");
    early.await("\"joined\"");

    sender.run("./twincast send --number --count 10 --binary 100 " + GROUP);
    assertEquals(0, early.exitCode(), early::toString);
  }
}
