package dev.twincast.multicast;

import static dev.twincast.multicast.Fixture.PATIENCE;
import static dev.twincast.multicast.Fixture.assertNext;
import static dev.twincast.multicast.Fixture.assertRefused;
import static dev.twincast.multicast.Fixture.freshGroup;
import static dev.twincast.multicast.Fixture.receiver;
import static dev.twincast.multicast.Fixture.send;
import static dev.twincast.multicast.Fixture.sender;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sender and receivers on real sockets: who hears what. */
class MulticastTest {
  private static final InetAddress OTHER_SENDER = InetAddress.ofLiteral("127.0.0.2");

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1472, 1473, 65_507})
  void aMessageOfAnyLengthArrivesWhole(int length) throws IOException {
    Group group = freshGroup();
    byte[] message = new byte[length];
    new Random(length).nextBytes(message);
    try (var receiver = receiver(group);
        var sender = sender(group)) {
      sender.send(message);
      Datagram datagram = receiver.receive(PATIENCE).orElseThrow();
      assertArrayEquals(message, datagram.bytes());
      assertEquals(sender.localAddress(), datagram.source());
    }
  }

  @Test
  void aMessageTooLongIsRefusedWithTheLimit() throws IOException {
    try (var sender = sender(freshGroup())) {
      assertEquals(65_507, sender.maxMessageBytes());
      assertRefused(
          IllegalArgumentException.class, () -> sender.send(new byte[65_508]), "at most 65507");
    }
  }

  @Test
  void aBufferIsSentFromItsPositionToItsLimit() throws IOException {
    Group group = freshGroup();
    ByteBuffer message = ByteBuffer.wrap("<hello>".getBytes(UTF_8)).position(1).limit(6);
    try (var receiver = receiver(group);
        var sender = sender(group)) {
      sender.send(message);
      assertEquals(0, message.remaining());
      assertNext("hello", receiver);
    }
  }

  @Test
  void aDatagramStaysAsItWasReceived() throws IOException {
    Group group = freshGroup();
    try (var receiver = receiver(group);
        var sender = sender(group)) {
      send(sender, "first");
      Datagram first = receiver.receive();
      send(sender, "other");
      assertNext("other", receiver);
      first.payload().get();
      assertArrayEquals("first".getBytes(UTF_8), first.bytes());
      assertTrue(first.payload().isReadOnly());
    }
  }

  @Test
  void everyReceiverOnThisHostHears() throws IOException {
    Group group = freshGroup();
    try (var one = receiver(group);
        var two = receiver(group);
        var three = receiver(group, freshGroup(group.port()));
        var sender = sender(group)) {
      send(sender, "all");
      assertNext("all", one);
      assertNext("all", two);
      assertNext("all", three);
    }
  }

  @Test
  void leavingStopsDeliveryAlsoWhileOthersStayAndJoiningAgainRestoresIt() throws IOException {
    Group group = freshGroup();
    try (var receiver = receiver(group);
        var other = receiver(group);
        var sender = sender(group)) {
      receiver.leave(group);
      assertTrue(receiver.groups().isEmpty());
      send(sender, "unheard");
      assertNext("unheard", other);

      receiver.join(group);
      send(sender, "heard");
      assertNext("heard", receiver);
    }
  }

  @Test
  void leavingTwiceAndJoiningTwiceAreOnce() throws IOException {
    Group group = freshGroup();
    try (var receiver = receiver(group);
        var sender = sender(group)) {
      receiver.join(group);
      receiver.leave(group);
      receiver.leave(group);
      send(sender, "unheard");
      receiver.join(group);
      send(sender, "heard");
      assertNext("heard", receiver);
    }
  }

  @Test
  void whoJoinsLateHasNoHistory() throws IOException {
    Group group = freshGroup();
    try (var early = receiver(group);
        var sender = sender(group)) {
      send(sender, "early");
      try (var late = receiver(group)) {
        send(sender, "late");
        assertNext("late", late);
      }
      assertNext("early", early);
    }
  }

  @Test
  void twoGroupsAreHeardByOneReceiverAndCanBeLeftAlone() throws IOException {
    Group a = freshGroup();
    Group b = freshGroup(a.port());
    try (var receiver = receiver(a, b);
        var toA = sender(a);
        var toB = sender(b)) {
      send(toA, "a");
      send(toB, "b");
      assertNext("a", receiver);
      assertNext("b", receiver);

      receiver.leave(a);
      send(toA, "unheard");
      send(toB, "b again");
      assertNext("b again", receiver);

      Group c = freshGroup(a.port());
      receiver.join(c);
      assertEquals(List.of(b, c), receiver.groups());
      try (var toC = sender(c)) {
        send(toC, "c");
      }
      assertNext("c", receiver);
    }
  }

  @Test
  void neitherUnicastNorAnotherGroupOnThePortIsDelivered() throws IOException {
    Group group = freshGroup();
    Group another = freshGroup(group.port());
    try (var receiver = receiver(group);
        var other = receiver(another);
        var sender = sender(group);
        var stranger = sender(another);
        var unicast = new DatagramSocket()) {
      unicast.send(
          new DatagramPacket(
              new byte[1],
              1,
              new InetSocketAddress(InetAddress.getLoopbackAddress(), group.port())));
      send(stranger, "another group");
      send(sender, "group");
      assertNext("group", receiver);
      assertNext("another group", other);
    }
  }

  @Test
  void aSourceSpecificReceiverHearsOnlyItsSource() throws IOException {
    Group group = freshGroup();
    try (var one = MulticastReceiver.builder(group).source(loopback()).open();
        var two = MulticastReceiver.builder(group).source(OTHER_SENDER).open();
        var both = MulticastReceiver.builder(group).source(loopback(), OTHER_SENDER).open();
        var sender = sender(group)) {
      sendFrom(OTHER_SENDER, group, "other");
      send(sender, "own");
      assertNext("own", one);
      assertNext("other", two);
      assertNext("other", both);
      assertNext("own", both);

      two.leave(group);
      sendFrom(OTHER_SENDER, group, "unheard");
      two.join(group);
      sendFrom(OTHER_SENDER, group, "heard");
      assertNext("heard", two);
    }
  }

  @Test
  void sendsFromTheChosenPortAlsoIfReceiversHaveIt() throws IOException {
    Group group = freshGroup();
    try (var receiver = receiver(group, freshGroup(group.port()));
        var sender = MulticastSender.builder(group).sourcePort(group.port()).open()) {
      assertEquals(group.port(), sender.localAddress().getPort());
      send(sender, "hello");
      assertEquals(sender.localAddress(), receiver.receive().source());
    }
  }

  @Test
  void theGivenInterfaceBeatsTheNamedOne() throws IOException {
    Group elsewhere = freshGroup().on("nonsuch0");
    var lo = NetworkInterface.getByName("lo");
    try (var receiver = MulticastReceiver.builder(elsewhere).networkInterface(lo).open();
        var sender = MulticastSender.builder(elsewhere).networkInterface(lo).open()) {
      assertEquals(lo, receiver.networkInterface());
      assertEquals(lo, sender.networkInterface());
      send(sender, "hello");
      assertNext("hello", receiver);
    }
  }

  @Test
  void anAwaitedInterfaceIsSaidWithThoseThatThereAre() throws IOException {
    Group absent = freshGroup().on("nonsuch0");
    try (var receiver = MulticastReceiver.builder(absent).awaitInterface().open()) {
      String reason = receiver.awaited().orElseThrow();
      assertTrue(reason.contains("nonsuch0") && reason.contains("lo 127.0.0.1"), reason);
      assertEquals("nonsuch0", receiver.interfaceName());
      assertEquals(List.of(absent), receiver.groups());
      assertThrows(IllegalStateException.class, receiver::networkInterface);
      assertTrue(receiver.receive(Duration.ofMillis(1)).isEmpty());
    }
    try (var there = MulticastReceiver.builder(freshGroup()).awaitInterface().open()) {
      assertEquals(Optional.empty(), there.awaited());
    }
    assertRefused(
        SocketException.class,
        () -> MulticastReceiver.builder(Group.parse("[ff15::1]:5000%lo")).awaitInterface().open(),
        "lo",
        "IPv4");
  }

  @Test
  void theReceiveBufferIsToldAsAskedAndAsGranted() throws IOException {
    try (var modest = MulticastReceiver.builder(freshGroup()).receiveBuffer(65_536).open();
        var greedy = MulticastReceiver.builder(freshGroup()).receiveBuffer(1 << 30).open()) {
      assertEquals(65_536, modest.receiveBufferAsked());
      assertEquals(65_536, modest.receiveBufferGranted());
      assertEquals(1 << 30, greedy.receiveBufferAsked());
      assertTrue(greedy.receiveBufferGranted() < 1 << 30);
    }
  }

  @Test
  void aTimeOutIsEmptyAndNotEarly() throws IOException {
    try (var receiver = receiver(freshGroup())) {
      long start = System.nanoTime();
      assertTrue(receiver.receive(Duration.ofMillis(50)).isEmpty());
      assertTrue(System.nanoTime() - start >= Duration.ofMillis(49).toNanos());
      assertTrue(receiver.receive(Duration.ZERO).isEmpty());
    }
  }

  @Test
  void whatIsAlreadyThereIsReceivedWithoutWaiting() throws IOException {
    Group group = freshGroup();
    try (var receiver = receiver(group);
        var sender = sender(group)) {
      send(sender, "there");
      assertTrue(receiver.receive(Duration.ZERO).isPresent());
    }
  }

  private static InetAddress loopback() {
    return InetAddress.ofLiteral("127.0.0.1");
  }

  private static void sendFrom(InetAddress source, Group group, String text) throws IOException {
    try (var socket = new DatagramSocket(new InetSocketAddress(source, 0))) {
      socket.setOption(StandardSocketOptions.IP_MULTICAST_IF, NetworkInterface.getByName("lo"));
      byte[] bytes = text.getBytes(UTF_8);
      socket.send(
          new DatagramPacket(
              bytes, bytes.length, new InetSocketAddress(group.address(), group.port())));
    }
  }
}
