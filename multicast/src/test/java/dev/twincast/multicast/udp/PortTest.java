package dev.twincast.multicast.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every port does, alone and with the traffic of the other; on the loopback. */
class PortTest {
  private static final long PATIENCE = Duration.ofSeconds(10).toNanos();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  enum Kind {
    NIO,
    LINUX;

    Port sending(Family family, int sourcePort) throws IOException {
      return this == NIO
          ? NioPort.sending(family.group, lo(), 1, true, sourcePort)
          : LinuxPort.sending(family.group, lo(), 1, true, sourcePort, true);
    }

    Port receiving(InetSocketAddress group, boolean alone) throws IOException {
      return receiving(group, alone, 4 << 20);
    }

    Port receiving(InetSocketAddress group, boolean alone, int bufferBytes) throws IOException {
      Port port =
          this == NIO
              ? NioPort.receiving(group, alone, bufferBytes)
              : LinuxPort.receiving(group, alone, bufferBytes, true);
      if (group.getAddress().isMulticastAddress()) {
        port.join(group.getAddress(), lo(), List.of());
      }
      return port;
    }

    Port unicast() throws IOException {
      return this == NIO
          ? NioPort.unicast(true, 0, 65_536)
          : LinuxPort.unicast(true, 0, 65_536, true);
    }

    void requireIsHere() {
      if (this == LINUX) {
        var objection = SelfTest.objection();
        assumeTrue(objection.isEmpty(), objection.orElse(""));
      }
    }
  }

  /** The loopback carries no IPv6 multicast: there its address stands for the group. */
  enum Family {
    IPV4("239.1.2.3", "127.0.0.1"),
    IPV6("::1", "::1");

    final InetAddress group;
    final InetAddress source;

    Family(String group, String source) {
      this.group = InetAddress.ofLiteral(group);
      this.source = InetAddress.ofLiteral(source);
    }

    /** A destination that nobody else has. */
    InetSocketAddress fresh() throws IOException {
      return this == IPV4 ? group() : new InetSocketAddress(group, group().getPort());
    }
  }

  static Stream<Arguments> kinds() {
    return Stream.of(Kind.values())
        .flatMap(kind -> Stream.of(Family.values()).map(family -> Arguments.of(kind, family)));
  }

  static Stream<Arguments> pairs() {
    return Stream.of(Kind.values())
        .flatMap(from -> kinds().map(to -> Arguments.of(from, to.get()[0], to.get()[1])));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aBatchOfMixedLengthsArrivesWholeAndInOrder(Kind from, Kind to, Family family)
      throws IOException {
    var batch = new SendBatch(1 << 20, 1000);
    for (int length : new int[] {0, 1, 1400, 65_507, 7, 7, 7, 7, 3, 3, 0, 0, 20_000, 20_000, 65}) {
      add(batch, length);
    }
    for (int i = 0; i < 200; i++) {
      add(batch, 64);
    }
    assertArrives(batch, from, to, family);
  }

  /** On the loopback with its large MTU the kernel hands such a run over in one piece. */
  @ParameterizedTest
  @MethodSource("pairs")
  void runsOfOneLengthArriveAsTheDatagramsThatTheyAre(Kind from, Kind to, Family family)
      throws IOException {
    var batch = new SendBatch(1 << 20, 1000);
    for (int i = 0; i < 46 + 46; i++) {
      add(batch, 1400);
    }
    add(batch, 1399);
    assertArrives(batch, from, to, family);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void severalAddressesGetTheSameEach(Kind kind, Family family) throws IOException {
    kind.requireIsHere();
    var batch = new SendBatch(1 << 16, 10);
    add(batch, 100);
    add(batch, 100);
    add(batch, 5);
    InetSocketAddress one = family.fresh();
    InetSocketAddress two = family.fresh();
    try (Port sender = kind.sending(family, 0);
        Port atOne = kind.receiving(one, true);
        Port atTwo = kind.receiving(two, true)) {
      sender.send(batch, List.of(one, two));
      assertEquals(contents(batch), receive(atOne, 3));
      assertEquals(contents(batch), receive(atTwo, 3));
      assertEquals(new Port.Sent(6, 410, 0), sender.sent());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void anAddressThatFailsKeepsNothingFromTheOthers(Kind kind, Family family) throws IOException {
    kind.requireIsHere();
    var batch = new SendBatch(1 << 16, 10);
    add(batch, 100);
    add(batch, 100);
    InetSocketAddress good = family.fresh();
    var bad = new InetSocketAddress(family == Family.IPV4 ? "255.255.255.255" : "ff15::1", 9);
    try (Port sender = kind.sending(family, 0);
        Port receiver = kind.receiving(good, true)) {
      var failure =
          assertThrows(PartlySentException.class, () -> sender.send(batch, List.of(bad, good)));
      assertInstanceOf(SocketException.class, failure.reason());
      assertTrue(
          failure.toString().contains(bad.getAddress().getHostAddress()), failure.toString());
      assertEquals(2, failure.sent());
      assertEquals(contents(batch), receive(receiver, 2));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void toldWhoSentIt(Kind kind, Family family) throws IOException {
    kind.requireIsHere();
    InetSocketAddress group = family.fresh();
    try (Port sender = kind.sending(family, 0);
        Port receiver = kind.receiving(group, true)) {
      for (int i = 0; i < 2; i++) {
        long before = System.nanoTime();
        sender.send(ByteBuffer.allocate(3), List.of(group));
        ReceiveBatch batch = receiver.receive(PATIENCE);
        assertTrue(batch.next());
        assertEquals(new InetSocketAddress(family.source, sender.localPort()), batch.source());
        assertEquals(3, batch.size());
        assertFalse(batch.isTruncated());
        assertTrue(batch.arrivalNanos() - before >= 0);
        assertEquals(kind == Kind.NIO ? 0 : lo().getIndex(), batch.interfaceIndex());
        assertFalse(batch.next());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void linuxSendsOneByOneFromTheFirstRefusalToCutOnAndLosesNothing(Family family)
      throws IOException {
    Kind.LINUX.requireIsHere();
    var batch = new SendBatch(1 << 16, 100);
    for (int i = 0; i < 40; i++) {
      add(batch, 1000);
    }
    InetSocketAddress one = family.fresh();
    InetSocketAddress two = family.fresh();
    try (LinuxPort sender = LinuxPort.sending(family.group, lo(), 1, true, 0, true);
        Port atOne = Kind.LINUX.receiving(one, true);
        Port atTwo = Kind.LINUX.receiving(two, true)) {
      assertEquals(64, sender.maxSegments());
      forbidCutting(family, sender, atOne, atTwo);
      sender.send(batch, List.of(one, two));
      sender.send(batch, List.of(one, two));
      assertEquals(1, sender.maxSegments());
      assertEquals(new Port.Sent(160, 160_000, 1), sender.sent());
      for (Port receiver : List.of(atOne, atTwo)) {
        List<ByteBuffer> received = receive(receiver, 80);
        assertEquals(contents(batch), received.subList(0, 40));
        assertEquals(contents(batch), received.subList(40, 80));
      }
    }
  }

  /** A socket that sends without checksums may not cut; those of IPv6 are then to be let in. */
  private static void forbidCutting(Family family, LinuxPort sender, Port... receivers)
      throws IOException {
    if (family == Family.IPV4) {
      sender.calls().set(Linux.SOL_SOCKET, 11, 1); // SO_NO_CHECK of asm-generic/socket.h
      return;
    }
    sender.calls().set(Linux.SOL_UDP, 101, 1); // UDP_NO_CHECK6_TX of linux/udp.h
    for (Port receiver : receivers) {
      ((LinuxPort) receiver).calls().set(Linux.SOL_UDP, 102, 1); // UDP_NO_CHECK6_RX
    }
  }

  @Test
  void linuxLeavesCuttingAndGluingAloneIfTold() throws IOException {
    Kind.LINUX.requireIsHere();
    InetSocketAddress group = group();
    var batch = new SendBatch(1 << 16, 10);
    add(batch, 100);
    add(batch, 100);
    for (boolean offload : new boolean[] {false, true}) {
      try (Port sender = LinuxPort.sending(group.getAddress(), lo(), 1, true, 0, offload);
          Port receiver = LinuxPort.receiving(group, true, 65_536, !offload)) {
        receiver.join(group.getAddress(), lo(), List.of());
        assertEquals(offload, sender.maxSegments() > 1);
        sender.send(batch, List.of(group));
        assertEquals(2, receiver.receive(PATIENCE).arrived(), "one by one, offload " + offload);
      }
    }
  }

  @Test
  void linuxDoesNotBlameCuttingForARefusalThatHasAnotherReason() throws IOException {
    Kind.LINUX.requireIsHere();
    var batch = new SendBatch(1 << 16, 10);
    add(batch, 100);
    add(batch, 100);
    var unreachable = new InetSocketAddress("255.255.255.255", 9);
    try (Port sender = Kind.LINUX.sending(Family.IPV4, 0)) {
      assertThrows(PartlySentException.class, () -> sender.send(batch, List.of(unreachable)));
      assertEquals(64, sender.maxSegments());
      assertEquals(new Port.Sent(0, 0, 0), sender.sent());
    }
  }

  @ParameterizedTest
  @EnumSource
  void unicastNeedsNoGroupAndSpeaksBothFamilies(Kind kind) throws IOException {
    kind.requireIsHere();
    try (Port receiver = kind.unicast();
        Port sender = kind.unicast()) {
      for (String host : List.of("127.0.0.1", "::1")) {
        var to = new InetSocketAddress(InetAddress.ofLiteral(host), receiver.localPort());
        var batch = new SendBatch(1 << 16, 10);
        add(batch, 10);
        add(batch, 10);
        add(batch, 3);
        sender.send(batch, List.of(to));
        ReceiveBatch first = receiver.receive(PATIENCE);
        assertTrue(first.next());
        assertEquals(
            new InetSocketAddress(InetAddress.ofLiteral(host), sender.localPort()), first.source());
        int left = 2;
        while (first.next()) {
          left--;
        }
        receive(receiver, left);
      }
    }
  }

  @Test
  void linuxKeepsUnicastFromAReceiverOfSeveralGroups() throws IOException {
    Kind.LINUX.requireIsHere();
    InetSocketAddress group = group();
    try (Port sender = Kind.LINUX.sending(Family.IPV4, 0);
        Port receiver = Kind.LINUX.receiving(group, false)) {
      var stray = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), group.getPort());
      sender.send(ByteBuffer.allocate(1), List.of(stray));
      sender.send(ByteBuffer.allocate(2), List.of(group));
      assertEquals(List.of(ByteBuffer.allocate(2)), receive(receiver, 1));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whatAFullBufferLostIsCounted(Kind kind, Family family) throws IOException {
    kind.requireIsHere();
    assumeTrue(Files.exists(Path.of("/proc/net/udp")), "Linux only");
    InetSocketAddress group = family.fresh();
    try (Port sender = Kind.NIO.sending(family, 0);
        Port receiver = kind.receiving(group, true, 4096)) {
      for (int i = 0; i < 100; i++) {
        sender.send(ByteBuffer.allocate(64), List.of(group));
      }
      long drops = receiver.kernelDrops();
      assertTrue(drops > 0);
      assertEquals(100 - drops, receive(receiver, (int) (100 - drops)).size());
      assertFalse(receiver.receive(0).next());
    }
  }

  @Test
  void whoseDropsTheyAreIsNotGuessed() throws IOException {
    InetSocketAddress group = group();
    try (Port one = Kind.NIO.receiving(group, true);
        Port two = Kind.NIO.receiving(group, true)) {
      assertEquals(-1, one.kernelDrops());
      assertEquals(-1, two.kernelDrops());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aPortInUseIsSaidInTheSameWords(Kind kind, Family family) throws IOException {
    kind.requireIsHere();
    try (var selfish = new DatagramSocket()) {
      var failure =
          assertThrows(BindException.class, () -> kind.sending(family, selfish.getLocalPort()));
      assertTrue(
          String.valueOf(failure.getMessage()).contains("Address already in use"),
          failure.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void closingEndsAWaitAndWhatFollows(Kind kind, Family family) throws Exception {
    kind.requireIsHere();
    Port receiver = kind.receiving(family.fresh(), true);
    var outcome = new CompletableFuture<ReceiveBatch>();
    var waiting =
        Thread.ofPlatform()
            .start(() -> {
              try {
                outcome.complete(receiver.receive(Port.FOREVER));
              } catch (IOException e) {
                outcome.completeExceptionally(e);
              }
            });
    while (waiting.getStackTrace().length < 3) {
      Thread.onSpinWait();
    }
    receiver.close();
    var failure = assertThrows(ExecutionException.class, () -> outcome.get(10, TimeUnit.SECONDS));
    assertTrue(failure.getCause() instanceof ClosedChannelException, failure.toString());
    assertThrows(ClosedChannelException.class, () -> receiver.receive(0));
    assertFalse(receiver.isOpen());
  }

  @ParameterizedTest
  @EnumSource
  void linuxAllocatesNothingForADatagram(Family family) throws IOException {
    Kind.LINUX.requireIsHere();
    InetSocketAddress group = family.fresh();
    List<InetSocketAddress> to = List.of(group);
    var batch = new SendBatch(1 << 16, 64);
    for (int i = 0; i < 40; i++) {
      add(batch, 1400);
    }
    ByteBuffer single = ByteBuffer.allocateDirect(64);
    try (Port sender = Kind.LINUX.sending(family, 0);
        Port receiver = Kind.LINUX.receiving(group, true)) {
      long allocated = Long.MAX_VALUE;
      long start = System.nanoTime();
      // What is not yet compiled allocates; what is compiled does not.
      while (allocated > 0 && System.nanoTime() - start < PATIENCE) {
        long before = allocatedBytes();
        for (int i = 0; i < 2000; i++) {
          sender.send(batch, to);
          sender.send(single.clear(), to);
          take(receiver, 41);
        }
        allocated = Math.min(allocated, allocatedBytes() - before);
      }
      assertEquals(0, allocated, "bytes for 82,000 datagrams");
    }
  }

  private static void take(Port receiver, int count) throws IOException {
    int sum = 0;
    for (int taken = 0; taken < count; ) {
      ReceiveBatch arrived = receiver.receive(PATIENCE);
      while (arrived.next()) {
        ByteBuffer payload = arrived.payload();
        sum += payload.get(payload.position()) + arrived.source().getPort();
        taken++;
      }
    }
    assertTrue(sum > 0);
  }

  private static long allocatedBytes() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  private static void assertArrives(SendBatch batch, Kind from, Kind to, Family family)
      throws IOException {
    from.requireIsHere();
    to.requireIsHere();
    InetSocketAddress group = family.fresh();
    try (Port receiver = to.receiving(group, true);
        Port sender = from.sending(family, 0)) {
      for (int round = 0; round < 2; round++) {
        sender.send(batch, List.of(group));
        assertEquals(contents(batch), receive(receiver, batch.size()));
      }
      assertEquals(2L * batch.size(), sender.sent().datagrams());
      assertEquals(2L * batch.bytes(), sender.sent().bytes());
      assertEquals(0, sender.sent().offloadRefusals());
    }
  }

  private static void add(SendBatch batch, int length) {
    byte[] bytes = new byte[length];
    new Random(batch.size()).nextBytes(bytes);
    batch.add(ByteBuffer.wrap(bytes));
  }

  private static List<ByteBuffer> contents(SendBatch batch) {
    List<ByteBuffer> datagrams = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      datagrams.add(batch.get(i));
    }
    return datagrams;
  }

  private static List<ByteBuffer> receive(Port port, int count) throws IOException {
    List<ByteBuffer> datagrams = new ArrayList<>();
    while (datagrams.size() < count) {
      ReceiveBatch batch = port.receive(PATIENCE);
      int before = datagrams.size();
      while (batch.next()) {
        ByteBuffer payload = batch.payload();
        datagrams.add(ByteBuffer.allocate(payload.remaining()).put(payload).flip());
      }
      assertTrue(datagrams.size() > before, () -> "only " + before + " of " + count);
    }
    return datagrams;
  }

  private static InetSocketAddress group() throws IOException {
    var random = ThreadLocalRandom.current();
    byte[] address = {(byte) 239, 7, (byte) random.nextInt(), (byte) random.nextInt(1, 255)};
    try (var socket = new DatagramSocket()) {
      return new InetSocketAddress(InetAddress.getByAddress(address), socket.getLocalPort());
    }
  }

  private static NetworkInterface lo() throws IOException {
    return NetworkInterface.getByName("lo");
  }
}
