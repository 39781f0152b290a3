package dev.twincast.multicast;

import static dev.twincast.multicast.Fixture.assertRefused;
import static dev.twincast.multicast.Fixture.freshGroup;
import static dev.twincast.multicast.Fixture.receiver;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What cannot be is refused, with the reason and what to type. */
class RefusalTest {

  @Test
  void anUnknownInterfaceIsAnsweredByThoseThatThereAre() throws IOException {
    Group group = freshGroup().on("nonsuch0");
    assertRefused(
        IllegalArgumentException.class, () -> receiver(group), "nonsuch0", "lo 127.0.0.1");
    assertRefused(
        IllegalArgumentException.class,
        () -> MulticastSender.builder(group).open(),
        "nonsuch0",
        "lo 127.0.0.1");
    assertRefused(IllegalArgumentException.class, () -> Interfaces.named(""), "lo 127.0.0.1");
  }

  @Test
  void ipv6OnTheLoopbackIsRefusedSinceItWouldBeSilent() {
    assertRefused(
        SocketException.class, () -> MulticastReceiver.join("[ff15::1]:5000%lo"), "lo", "IPv4");
    assertRefused(SocketException.class, () -> MulticastSender.to("[ff15::1]:5000%lo"), "lo");
  }

  @Test
  void aPortInUseIsNamed() throws IOException {
    Group group = freshGroup();
    try (var selfish = new DatagramSocket(null)) {
      selfish.setReuseAddress(false);
      selfish.bind(new InetSocketAddress(group.port()));
      assertRefused(
          BindException.class,
          () -> receiver(group),
          "" + group.port(),
          "ss -ulpn",
          "SO_REUSEADDR");
      assertRefused(
          BindException.class,
          () -> MulticastSender.builder(group).sourcePort(group.port()).open(),
          "" + group.port());
    }
  }

  @Test
  void tooManySourcesNameTheLimit() throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/sys/net/ipv4/igmp_max_msf")), "Linux only");
    InetAddress[] sources =
        IntStream.range(1, 250)
            .mapToObj(i -> InetAddress.ofLiteral("10.0.0." + i))
            .toArray(InetAddress[]::new);
    assertRefused(
        SocketException.class,
        () -> MulticastReceiver.builder(freshGroup()).source(sources).open(),
        "igmp_max_msf");
  }

  @Test
  void groupsOfOneReceiverMustFit() throws IOException {
    Group group = Group.parse("239.1.2.3:5000%lo");
    assertRefused(IllegalArgumentException.class, MulticastReceiver::join, "no group");
    assertRefused(
        IllegalArgumentException.class,
        () -> MulticastReceiver.builder(group, Group.parse("239.1.2.4:5001")),
        "one for 239.1.2.3:5000",
        "another for 239.1.2.4:5001");
    assertRefused(
        IllegalArgumentException.class,
        () -> MulticastReceiver.builder(group, Group.parse("[ff15::1]:5000")),
        "family");
    assertRefused(
        IllegalArgumentException.class,
        () -> MulticastReceiver.builder(group, Group.parse("239.1.2.4:5000%eth0")),
        "interface");
  }

  @Test
  void aReceiverOfOneGroupTakesNoOther() throws IOException {
    Group group = freshGroup();
    try (var receiver = receiver(group)) {
      assertRefused(
          IllegalArgumentException.class,
          () -> receiver.join(freshGroup(group.port())),
          group.toString());
      receiver.leave(freshGroup());
      assertEquals(List.of(group), receiver.groups());
    }
  }

  @Test
  void optionsOutOfRangeAreRefused() throws IOException {
    var sender = MulticastSender.builder(freshGroup());
    var receiver = MulticastReceiver.builder(freshGroup());
    for (Executable option :
        List.<Executable>of(
            () -> sender.ttl(-1),
            () -> sender.ttl(256),
            () -> sender.sourcePort(-1),
            () -> sender.sourcePort(65_536),
            () -> receiver.receiveBuffer(0),
            () -> receiver.source(InetAddress.ofLiteral("239.1.2.3")),
            () -> receiver.source(InetAddress.ofLiteral("fe80::1")))) {
      assertThrows(IllegalArgumentException.class, option);
    }
  }
}
