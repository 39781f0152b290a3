package dev.twincast.multicast.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** More groups than one socket can join; on the loopback. */
class GroupsPortTest {
  private static final long PATIENCE = Duration.ofSeconds(10).toNanos();
  private static final int BUFFER_BYTES = 1 << 20;

  enum Kind {
    NIO,
    LINUX;

    GroupsPort several(InetSocketAddress group, int bufferBytes) throws IOException {
      return new GroupsPort(
          this == NIO
              ? new SelectorSockets(group, bufferBytes)
              : new EpollSockets(group, bufferBytes, true));
    }

    Port one(InetSocketAddress group) throws IOException {
      return this == NIO
          ? NioPort.receiving(group, false, BUFFER_BYTES)
          : LinuxPort.receiving(group, false, BUFFER_BYTES, true);
    }

    void requireIsHere() {
      if (this == LINUX) {
        var objection = SelfTest.objection();
        assumeTrue(objection.isEmpty(), objection.orElse(""));
      }
    }
  }

  private final int udpPort = freePort();
  private final int series = ThreadLocalRandom.current().nextInt(1, 255);

  private InetAddress group(int i) {
    return InetAddress.ofLiteral("239.%d.%d.%d".formatted(series, i / 250, 1 + i % 250));
  }

  private InetAddress ipv6Group(int i) {
    return InetAddress.ofLiteral("ff15::%x:%x".formatted(series, i));
  }

  private InetSocketAddress to(int i) {
    return new InetSocketAddress(group(i), udpPort);
  }

  /** A port that has joined as many groups as three sockets have to share. */
  private GroupsPort joined(Kind kind, int groups) throws IOException {
    kind.requireIsHere();
    GroupsPort port = kind.several(to(0), BUFFER_BYTES);
    for (int i = 0; i < groups; i++) {
      port.join(group(i), lo(), List.of());
    }
    return port;
  }

  private static int limit() throws IOException {
    Path limit = Path.of("/proc/sys/net/ipv4/igmp_max_memberships");
    assumeTrue(Files.exists(limit), "Linux only");
    // Not Files.readString: it reads such files one byte short of everything.
    int groups = Integer.parseInt(Files.readAllLines(limit).getFirst());
    assumeTrue(groups <= 200, "this host allows more groups than the test wants to join");
    return groups;
  }

  @ParameterizedTest
  @EnumSource
  void hearsEachGroupOnceAndInOrder(Kind kind) throws IOException {
    int groups = 2 * limit() + 1;
    try (GroupsPort port = joined(kind, groups);
        Port sender = NioPort.sending(group(0), lo(), 1, true, 0)) {
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < groups; i++) {
          sender.send(message(i, round), List.of(to(i)));
        }
      }
      Map<Integer, List<Integer>> heard = receive(port, 5 * groups);
      for (int i = 0; i < groups; i++) {
        assertEquals(List.of(0, 1, 2, 3, 4), heard.get(i), "group " + i);
      }
      assertFalse(port.receive(0).next(), "each only once");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aGroupThatIsLeftMakesRoomForAnother(Kind kind) throws IOException {
    int groups = limit() + 1;
    try (GroupsPort port = joined(kind, groups);
        Port sender = NioPort.sending(group(0), lo(), 1, true, 0)) {
      port.leave(group(0));
      port.leave(group(groups - 1));
      port.join(group(groups), lo(), List.of());
      for (int i : List.of(0, groups - 1, groups)) {
        sender.send(message(i, 0), List.of(to(i)));
      }
      assertEquals(Map.of(groups, List.of(0)), receive(port, 1));
      assertFalse(port.receive(0).next());
    }
  }

  @ParameterizedTest
  @EnumSource
  void joinsFromChosenSourcesOnly(Kind kind) throws IOException {
    kind.requireIsHere();
    int groups = limit() + 2;
    InetAddress stranger = InetAddress.ofLiteral("127.0.0.77");
    try (GroupsPort port = kind.several(to(0), BUFFER_BYTES);
        Port sender = NioPort.sending(group(0), lo(), 1, true, 0)) {
      for (int i = 0; i < groups; i++) {
        boolean isWanted = i % 2 == 0;
        port.join(
            group(i), lo(), List.of(isWanted ? InetAddress.ofLiteral("127.0.0.1") : stranger));
      }
      int wanted = 0;
      for (int i = 0; i < groups; i++) {
        sender.send(message(i, 0), List.of(to(i)));
        wanted += i % 2 == 0 ? 1 : 0;
      }
      assertTrue(receive(port, wanted).keySet().stream().allMatch(i -> i % 2 == 0));
      assertFalse(port.receive(0).next());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWaitIncludesTheSocketOfAGroupThatIsJoinedMeanwhile(Kind kind) throws Exception {
    int groups = limit();
    try (GroupsPort port = joined(kind, groups);
        Port sender = NioPort.sending(group(0), lo(), 1, true, 0)) {
      var waiting = new Waiting(port);
      port.join(group(groups), lo(), List.of());
      sender.send(message(groups, 7), List.of(to(groups)));
      assertTrue(waiting.outcome.get(10, TimeUnit.SECONDS).next());
    }
  }

  @ParameterizedTest
  @CsvSource({"NIO,false", "NIO,true", "LINUX,false", "LINUX,true"})
  void closingAndAnInterruptEndAWait(Kind kind, boolean interrupt) throws Exception {
    GroupsPort port = joined(kind, limit() + 1);
    var waiting = new Waiting(port);
    if (interrupt) {
      waiting.thread.interrupt();
    } else {
      port.close();
    }
    var failure =
        assertThrows(ExecutionException.class, () -> waiting.outcome.get(10, TimeUnit.SECONDS));
    Class<? extends IOException> expected =
        interrupt ? ClosedByInterruptException.class : AsynchronousCloseException.class;
    assertInstanceOf(expected, failure.getCause());
    assertFalse(port.isOpen());
    assertThrows(ClosedChannelException.class, () -> port.receive(0));
    assertThrows(ClosedChannelException.class, () -> port.join(group(999), lo(), List.of()));
  }

  @ParameterizedTest
  @EnumSource
  void whatAllBuffersLostIsCountedTogether(Kind kind) throws IOException {
    kind.requireIsHere();
    int groups = limit() + 1;
    GroupsPort port = kind.several(to(0), 4096);
    long drops;
    try (port;
        Port sender = NioPort.sending(group(0), lo(), 1, true, 0)) {
      for (int i = 0; i < groups; i++) {
        port.join(group(i), lo(), List.of());
      }
      for (int round = 0; round < 100; round++) {
        sender.send(message(0, round), List.of(to(0)));
        sender.send(message(groups - 1, round), List.of(to(groups - 1)));
      }
      drops = port.kernelDrops();
      assertTrue(drops > 100, drops + " drops");
      Map<Integer, List<Integer>> heard = receive(port, (int) (200 - drops));
      assertEquals(2, heard.size(), "both sockets kept something");
      assertFalse(port.receive(0).next());
    }
    assertEquals(drops, port.kernelDrops());
  }

  /** Its limit is memory for socket options, of which nobody tells how many groups it makes. */
  @ParameterizedTest
  @EnumSource
  void theLimitOfIpv6IsPassedAsWell(Kind kind) throws IOException {
    kind.requireIsHere();
    var any = new InetSocketAddress(ipv6Group(0), udpPort);
    var joined = new AtomicInteger();
    try (Port one = kind.one(any)) {
      var refusal =
          assertThrows(
              SocketException.class,
              () -> {
                while (joined.get() < 50_000) {
                  one.join(ipv6Group(joined.getAndIncrement()), lo(), List.of());
                }
              });
      assertTrue(
          String.valueOf(refusal.getMessage()).contains("net.core.optmem_max"), refusal.toString());
    }
    try (GroupsPort port = kind.several(any, BUFFER_BYTES)) {
      for (int i = 0; i < joined.get(); i++) {
        port.join(ipv6Group(i), lo(), List.of());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void tooManySourcesAreRefusedAndNameTheLimit(Kind kind) throws IOException {
    kind.requireIsHere();
    try (GroupsPort port = kind.several(to(0), BUFFER_BYTES)) {
      List<InetAddress> sources = new ArrayList<>();
      for (int i = 1; i < 250; i++) {
        sources.add(InetAddress.ofLiteral("10.0.0." + i));
      }
      var refusal = assertThrows(SocketException.class, () -> port.join(group(0), lo(), sources));
      assertTrue(
          String.valueOf(refusal.getMessage()).contains("net.ipv4.igmp_max_msf"),
          refusal.toString());
      port.join(group(0), lo(), List.of());
    }
  }

  /** A thread in {@code receive} that has found nothing. */
  private static final class Waiting {
    final CompletableFuture<ReceiveBatch> outcome = new CompletableFuture<>();
    final Thread thread;

    Waiting(Port port) {
      thread =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                try {
                  outcome.complete(port.receive(Port.FOREVER));
                } catch (IOException e) {
                  outcome.completeExceptionally(e);
                }
              });
      while (!isInKernel()) {
        Thread.onSpinWait();
      }
    }

    private boolean isInKernel() {
      for (StackTraceElement frame : thread.getStackTrace()) {
        if (frame.getMethodName().equals("poll") || frame.getMethodName().equals("wait")) {
          return true;
        }
      }
      return false;
    }
  }

  private static ByteBuffer message(int group, int number) {
    return ByteBuffer.allocate(64).putInt(group).putInt(number).position(0);
  }

  /** The numbers heard, by group. */
  private static Map<Integer, List<Integer>> receive(Port port, int count) throws IOException {
    Map<Integer, List<Integer>> heard = new HashMap<>();
    int left = count;
    while (left > 0) {
      ReceiveBatch batch = port.receive(PATIENCE);
      assertTrue(batch.arrived() > 0, left + " of " + count + " did not come");
      while (batch.next()) {
        ByteBuffer payload = batch.payload();
        heard.computeIfAbsent(payload.getInt(), group -> new ArrayList<>()).add(payload.getInt());
        left--;
      }
    }
    return heard;
  }

  private static int freePort() {
    try (var socket = new DatagramSocket()) {
      return socket.getLocalPort();
    } catch (SocketException e) {
      throw new AssertionError(e);
    }
  }

  private static NetworkInterface lo() throws IOException {
    return NetworkInterface.getByName("lo");
  }
}
