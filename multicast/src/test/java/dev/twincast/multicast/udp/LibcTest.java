package dev.twincast.multicast.udp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Each foreign function beside what the JDK makes of the same: one socket of each, on 127.0.0.1.
 */
class LibcTest {
  private static final InetAddress LOCALHOST = InetAddress.ofLiteral("127.0.0.1");
  private static final int PR_GET_TIMERSLACK = 30; // linux/prctl.h

  private final Libc libc = new Libc();
  private final ByteBuffer memory = OffHeap.allocate(1024);
  private final long address = OffHeap.addressOf(memory);
  private final MessageVector messages = new MessageVector(3); // kept by this test, so reachable
  private final DatagramChannel nio;
  private int fd = -1;

  LibcTest() throws IOException {
    nio = DatagramChannel.open(StandardProtocolFamily.INET);
  }

  @BeforeEach
  void openSockets() throws IOException {
    var objection = SelfTest.objection();
    assumeTrue(objection.isEmpty(), objection.orElse(""));
    nio.bind(new InetSocketAddress(LOCALHOST, 0));
    fd = libc.socket(Linux.AF_INET, Linux.SOCK_DGRAM | Linux.NONBLOCK | Linux.CLOEXEC, 0);
    assertTrue(fd >= 0, "socket");
  }

  @AfterEach
  void closeSockets() throws IOException {
    nio.close();
    libc.close(fd);
  }

  private InetSocketAddress nioAddress() throws IOException {
    return (InetSocketAddress) nio.getLocalAddress();
  }

  /** Binds our socket to a free port; its address stands at 0. */
  private InetSocketAddress bind() {
    SocketAddresses.write(memory, 0, new InetSocketAddress(LOCALHOST, 0), false);
    assertEquals(0, libc.bind(fd, address, 16));
    memory.putInt(64, SocketAddresses.BYTES);
    assertEquals(0, libc.getsockname(fd, address, address + 64));
    assertEquals(16, memory.getInt(64));
    return SocketAddresses.read(memory, 0);
  }

  private ByteBuffer receivedByNio() throws IOException {
    ByteBuffer received = ByteBuffer.allocate(100);
    nio.receive(received);
    return received.flip();
  }

  @Test
  void socketMakesADescriptorOfAUdpSocketWhichCloseTakesBack() throws IOException {
    Path link = Path.of("/proc/self/fd/" + fd);
    assertTrue(Files.readSymbolicLink(link).toString().startsWith("socket:["));
    assertEquals(0, libc.close(fd));
    assertEquals(-9, libc.close(fd)); // EBADF
    fd = -1;
  }

  @Test
  void socketpairIsConnectedToItself() {
    assertEquals(0, libc.socketpair(Linux.AF_UNIX, Linux.SOCK_DGRAM, address));
    int[] pair = {memory.getInt(0), memory.getInt(4)};
    memory.put(16, "through".getBytes(StandardCharsets.US_ASCII));
    assertEquals(7, libc.write(pair[0], address + 16, 7));
    assertEquals(0, libc.close(pair[0]));
    assertEquals(0, libc.close(pair[1]));
  }

  @Test
  void bindAndGetsocknameNameAPortThatNioThenFindsTaken() {
    InetSocketAddress own = bind();
    assertEquals(LOCALHOST, own.getAddress());
    assertThrows(
        BindException.class,
        () -> {
          try (DatagramChannel second = DatagramChannel.open(StandardProtocolFamily.INET)) {
            second.bind(own);
          }
        });
  }

  @Test
  void bindFailsWithTheErrnoThatNioWouldThrow() throws IOException {
    SocketAddresses.write(memory, 0, nioAddress(), false);
    int errno = -libc.bind(fd, address, 16);
    assertEquals(Linux.EADDRINUSE, errno);
    try (DatagramChannel second = DatagramChannel.open(StandardProtocolFamily.INET)) {
      var failure = assertThrows(BindException.class, () -> second.bind(nioAddress()));
      assertEquals(String.valueOf(failure.getMessage()), Libc.message(errno)); // strerror
    }
  }

  @Test
  void setsockoptAndGetsockoptDoWhatNioDoes() throws IOException {
    nio.setOption(StandardSocketOptions.SO_RCVBUF, 20_000);
    memory.putInt(0, 20_000).putInt(8, Integer.BYTES);
    assertEquals(0, libc.setsockopt(fd, Linux.SOL_SOCKET, Linux.SO_RCVBUF, address, 4));
    assertEquals(
        0, libc.getsockopt(fd, Linux.SOL_SOCKET, Linux.SO_RCVBUF, address + 4, address + 8));
    assertEquals(nio.getOption(StandardSocketOptions.SO_RCVBUF), memory.getInt(4) / 2);
    assertEquals(Integer.BYTES, memory.getInt(8));
  }

  @Test
  void sendtoReachesNio() throws IOException {
    InetSocketAddress own = bind();
    SocketAddresses.write(memory, 0, nioAddress(), false);
    memory.put(64, new byte[] {1, 2, 3});
    assertEquals(3, libc.sendto(fd, address + 64, 3, 0, address, 16));
    ByteBuffer received = ByteBuffer.allocate(100);
    assertEquals(own, nio.receive(received));
    assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3}), received.flip());
  }

  @Test
  void sendmmsgReachesNioAsIfSentTwice() throws IOException {
    SocketAddresses.write(memory, 0, nioAddress(), false);
    memory.put(64, new byte[] {1, 2, 3});
    messages.toSend(0, address + 64, 1, address, 16, 0);
    messages.toSend(1, address + 65, 2, address, 16, 0);
    assertEquals(2, libc.sendmmsg(fd, messages.address(), 2, 0));
    assertEquals(ByteBuffer.wrap(new byte[] {1}), receivedByNio());
    assertEquals(ByteBuffer.wrap(new byte[] {2, 3}), receivedByNio());
  }

  @Test
  void recvmmsgTakesWhatNioSends() throws IOException {
    InetSocketAddress own = bind();
    nio.send(ByteBuffer.wrap(new byte[] {4}), own);
    nio.send(ByteBuffer.wrap(new byte[] {5, 6}), own);
    for (int i = 0; i < 3; i++) {
      messages.toReceive(i, address + 64 + i * 8L, 8, address + 128 + i * 32L);
    }
    assertEquals(2, libc.recvmmsg(fd, messages.address(), 3, 0));
    assertArrayEquals(
        new int[] {1, 2}, new int[] {messages.receivedBytes(0), messages.receivedBytes(1)});
    byte[] bytes = new byte[10];
    memory.get(64, bytes);
    assertArrayEquals(new byte[] {4, 0, 0, 0, 0, 0, 0, 0, 5, 6}, bytes);
    assertEquals(nioAddress(), SocketAddresses.read(memory, 128));
    assertEquals(nioAddress(), SocketAddresses.read(memory, 160));
  }

  @Test
  void pollAndEpollAgreeWithASelector() throws IOException {
    InetSocketAddress own = bind();
    int epoll = libc.epollCreate(Linux.CLOEXEC);
    memory.put(256, new byte[16]).putInt(256, Linux.POLLIN);
    assertEquals(0, libc.epollCtl(epoll, Linux.EPOLL_CTL_ADD, fd, address + 256));
    try (Selector selector = Selector.open();
        DatagramChannel other = DatagramChannel.open(StandardProtocolFamily.INET)) {
      nio.configureBlocking(false);
      nio.register(selector, SelectionKey.OP_READ);
      for (int expected : new int[] {0, 1}) {
        assertEquals(expected, selector.selectNow());
        for (int watched : new int[] {fd, epoll}) {
          memory.putInt(512, watched).putShort(516, Linux.POLLIN).putShort(518, (short) 0);
          assertEquals(expected, libc.poll(address + 512, 1, 0));
          assertEquals(expected * Linux.POLLIN, memory.getShort(518));
        }
        for (InetSocketAddress to : Arrays.asList(own, nioAddress())) {
          other.send(ByteBuffer.allocate(1), to);
        }
      }
    } finally {
      libc.close(epoll);
    }
  }

  @Test
  void eventfdIsReadableAfterAWrite() {
    int event = libc.eventfd(Linux.NONBLOCK | Linux.CLOEXEC);
    for (int expected : new int[] {0, 1}) {
      memory.putInt(0, event).putShort(4, Linux.POLLIN);
      assertEquals(expected, libc.poll(address, 1, 0));
      memory.putLong(64, 1);
      assertEquals(Long.BYTES, libc.write(event, address + 64, Long.BYTES));
    }
    assertEquals(0, libc.close(event));
  }

  @Test
  void nanosleepSleepsAtLeastSoLong() {
    memory.putLong(0, 0).putLong(8, TimeUnit.MILLISECONDS.toNanos(2));
    long start = System.nanoTime();
    assertEquals(0, libc.nanosleep(address));
    assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(2));
  }

  @Test
  void prctlSetsTheTimerSlackOfThisThread() throws Exception {
    int[] slack = {0};
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              libc.prctl(Linux.PR_SET_TIMERSLACK, 1234);
              slack[0] = libc.prctl(PR_GET_TIMERSLACK, 0);
            });
    thread.join();
    assertEquals(1234, slack[0]);
  }
}
