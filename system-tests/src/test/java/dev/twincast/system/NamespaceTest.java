package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts at one switch: multicast between them, and replicas on several of them. */
@Needs(Tool.NAMESPACES)
final class NamespaceTest {
  private static final String GROUP = "239.1.2.3:6000";

  @AutoClose private final Network network = Network.open();
  private final Host sender = network.host("sender");

  private static Program receive(Host host, String arguments) {
    return host.twincast("receive " + arguments).await("Joined multicast group");
  }

  private void send(String group, String... messages) {
    sender.run("./twincast send " + group, messages);
  }

  @ParameterizedTest
  @ValueSource(strings = {GROUP, "[ff15::1]:6000", "[ff02::77]:6000"})
  void everyMemberHearsEachMessageOnceAndNobodyWhatCameBeforeJoining(String group) {
    Program early = receive(network.host("early"), group);
    send(group, "first");
    early.await("first");

    Program late = receive(network.host("late"), group);
    send(group, "second", "last");

    for (Program receiver : new Program[] {early, late}) {
      receiver.await("last");
      assertEquals(0, receiver.signal("TERM").exitCode(), receiver::toString);
      assertEquals(1, receiver.count(": second"), receiver::toString);
    }
    early.await("3 messages from 2 sources"); // each send has a port of its own
    late.await("2 messages from 1 source");
  }

  @ParameterizedTest
  @CsvSource({"232.1.2.3:6000, false", "[ff3e::8000:1]:6000, true"})
  void aMemberOfOneSourceHearsOnlyThatOne(String group, boolean ipv6) {
    Host other = network.host("other");
    String wanted = ipv6 ? sender.ipv6() : sender.ipv4();
    Program everybody = receive(network.host("everybody"), group);
    Program one = receive(network.host("one"), group + " --source " + wanted);

    other.run("./twincast send " + group, "from the other");
    send(group, "from the wanted");

    everybody.await("from the other").await("from the wanted");
    one.await("from the wanted");
    assertFalse(one.says("from the other"), one::toString);
  }

  @Test
  @Needs(Tool.TCPDUMP)
  void leavingStopsDeliveryAndOthersGoOn() {
    Host stays = network.host("stays");
    Host leaves = network.host("leaves");
    network.forwardToMembersOnly();
    Program staying = receive(stays, GROUP);
    Program leaving = receive(leaves, GROUP);
    Program arriving = capture(leaves, "eth0", "udp");
    assertTrue(isMember(leaves));
    awaitThatGroupReaches(true, leaves, arriving, staying);

    assertEquals(0, leaving.signal("TERM").exitCode(), leaving::toString);

    leaving.await("Leaving multicast group " + GROUP);
    assertFalse(isMember(leaves));
    awaitThatGroupReaches(false, leaves, arriving, staying);
    assertTrue(isMember(stays));
  }

  private static boolean isMember(Host host) {
    return host.run("ip maddress show dev eth0").toString().contains("239.1.2.3");
  }

  /**
   * Sends until a datagram to the group does, or does not, arrive at the interface of {@code host},
   * as the capture there shows; a member hears each. The switch takes its time to learn.
   */
  private void awaitThatGroupReaches(boolean wanted, Host host, Program capture, Program member) {
    int[] round = {0};
    Await.until(
        "the group " + (wanted ? "reaches " : "no longer reaches ") + host.ipv4(),
        () -> {
          int number = ++round[0];
          String text = "message-" + wanted + "-" + number + ".";
          send(GROUP, text);
          member.await(text);
          // Sent after it by the same way: when this has arrived, the other has or never will.
          String fence = "fence-" + wanted + "-" + number + ".";
          sender.run("bash -c", "echo " + fence + " > /dev/udp/" + host.ipv4() + "/6001");
          capture.await(fence);
          return capture.says(text) == wanted;
        });
  }

  @ParameterizedTest
  @CsvSource({
    "239.1.2.3:6000, igmp, > 224.0.0.22: igmp v3 report, 239.1.2.3",
    "[ff15::1]:6000, ip6, multicast listener report v2, ff15::1"
  })
  @Needs(Tool.TCPDUMP)
  void joiningAndLeavingAreOnTheWire(String group, String filter, String report, String address) {
    Host host = network.host("receiver");
    Program wire = capture(network.bridge(), "receiver", filter);

    Program receive = receive(host, group);
    wire.await(report).await("[gaddr " + address + " to_ex");

    receive.signal("TERM");
    wire.await("[gaddr " + address + " to_in");
  }

  @Test
  void theInterfaceIsTheOneWithTheRouteUnlessOneIsNamed() {
    Host host = network.host("two-legged");
    try (Network other = Network.open()) {
      other.attach(host, "eth1", "two-legged");
      Program here = receive(network.host("here"), GROUP);
      Program there = receive(other.host("there"), GROUP);

      receive(host, GROUP).await(GROUP + " on eth0");
      host.run("./twincast send " + GROUP + " by-the-default-route");
      here.await("by-the-default-route");

      host.run("ip route add 239.0.0.0/8 dev eth1");
      receive(host, GROUP).await(GROUP + " on eth1");
      host.run("./twincast send " + GROUP + " by-the-group's-route");
      there.await("by-the-group's-route");

      receive(host, GROUP + "%eth0").await(GROUP + " on eth0");
      receive(host, GROUP + " --interface eth0").await(GROUP + " on eth0");
      host.run("./twincast send " + GROUP + "%eth0 as-the-group-says");
      host.run("./twincast send " + GROUP + " --interface eth0 as-the-option-says");
      here.await("as-the-group-says").await("as-the-option-says");

      assertFalse(here.says("by-the-group's-route"), here::toString);
      assertFalse(there.says("by-the-default-route"), there::toString);
      assertFalse(there.says("as-the"), there::toString);
    }
  }

  @Test
  @Needs(Tool.TCPDUMP)
  void packetsCarryTheTtlAndTheSourcePortAskedFor() {
    network.host("receiver");
    Program wire = capture(network.bridge(), "receiver", "udp");

    send(GROUP, "first");
    wire.await("ttl 1, ");
    send(GROUP + " --ttl 3 --source-port 7777", "second");
    wire.await("ttl 3, ").await(sender.ipv4() + ".7777 > 239.1.2.3.6000: UDP, length 6");
    send("[ff15::1]:6000", "third");
    wire.await("hlim 1, ");
    send("[ff15::1]:6000 --ttl 3", "fourth");
    wire.await("hlim 3, ");
  }

  @Test
  void aSendersInterfaceThatIsDownOrHasNoAddressIsRefusedWithAdvice() {
    sender.run("ip link set eth0 down");
    Program down = sender.twincast("send " + GROUP + "%eth0");
    assertEquals(1, down.exitCode(), down::toString);
    down.await("interface eth0 is down").await("(try: ip link set eth0 up)");
    assertFalse(down.says("Exception"), down::toString);

    sender.run("ip link set eth0 up");
    sender.run("ip -4 address flush dev eth0");
    Program addressless = sender.twincast("send " + GROUP + "%eth0");
    assertEquals(1, addressless.exitCode(), addressless::toString);
    addressless.await("interface eth0 has no IPv4 address (try: ip address add ");
  }

  @Test
  void aHostThatVanishesFailsNoCall() {
    Host doomed = network.host("doomed");
    Host survivor = network.host("survivor");
    doomed.twincast("serve --name doomed").await("listening");
    survivor.twincast("serve --name survivor").await("listening");

    Program call =
        sender.twincast(
            "call %s [%s] --count 24 --interval 10ms --timeout 4s"
                .formatted(doomed.ipv4(), survivor.ipv6()));
    call.await(12, "Received: ");
    network.bridge().run("ip link set dev doomed down");

    assertEquals(0, call.exitCode(), call::toString);
    call.await(" answered 24 calls: ").await("; 0 failed;");
  }

  /** Shows each packet with its content. */
  private static Program capture(Host host, String interfaceName, String filter) {
    return host.start("tcpdump -l --immediate-mode -nvA -i " + interfaceName, filter)
        .await("listening on " + interfaceName);
  }
}
