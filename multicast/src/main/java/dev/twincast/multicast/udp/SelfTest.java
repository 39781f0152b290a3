package dev.twincast.multicast.udp;

import java.io.IOException;
import java.lang.ref.Reference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Whether the C library here is the one that {@link Libc}, {@link MessageVector} and {@link
 * SocketAddresses} were written for: two datagrams through a pair of local sockets, with control
 * data, one look at an address, and a question with each further structure. No network is needed,
 * nothing is joined; takes about a millisecond.
 */
final class SelfTest {
  private static final String FIRST = "first";
  private static final String SECOND = "second";
  private static final InetAddress SOME_GROUP = InetAddress.ofLiteral("239.255.255.250");
  private static final InetAddress SOME_SOURCE = InetAddress.ofLiteral("192.0.2.1");
  private static final int ROOM = 5; // for the first whole; the second is cut

  private final Libc libc = new Libc();
  private final ByteBuffer pair = OffHeap.allocate(2 * Integer.BYTES);
  private final ByteBuffer one = OffHeap.allocate(Integer.BYTES).putInt(0, 1);
  private final ByteBuffer out = OffHeap.allocate(64);
  private final ByteBuffer in = OffHeap.allocate(64);
  private final ByteBuffer name = OffHeap.allocate(SocketAddresses.BYTES);
  private final ByteBuffer length = OffHeap.allocate(Integer.BYTES);
  private final ByteBuffer request = OffHeap.allocate(8 + 128 + 128);
  private final MessageVector sent = new MessageVector(2);
  private final MessageVector received = new MessageVector(3);

  private SelfTest() {}

  /** Why {@link LinuxPort} cannot be used; empty: it can. */
  static Optional<String> objection() {
    String system = System.getProperty("os.name");
    String machine = System.getProperty("os.arch");
    if (!system.equals("Linux")) {
      return Optional.of("this is " + system + ", not Linux");
    }
    if (!machine.equals("amd64") && !machine.equals("aarch64")) {
      return Optional.of("structures of " + machine + " are not known, only amd64 and aarch64");
    }
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      return Optional.of("this machine is big-endian");
    }
    if (!SelfTest.class.getModule().isNativeAccessEnabled()) {
      return Optional.of(
          "native access is not permitted (try: java --enable-native-access="
              + (SelfTest.class.getModule().isNamed()
                  ? SelfTest.class.getModule().getName()
                  : "ALL-UNNAMED")
              + ")");
    }
    try {
      new SelfTest().run();
      return Optional.empty();
    } catch (IOException | RuntimeException | LinkageError | AssertionError e) {
      return Optional.of("the C library is not as expected: " + e);
    }
  }

  private void run() throws IOException {
    require(
        libc.socketpair(
                Linux.AF_UNIX,
                Linux.SOCK_DGRAM | Linux.NONBLOCK | Linux.CLOEXEC,
                OffHeap.addressOf(pair))
            == 0,
        "socketpair");
    try {
      passMessages(pair.getInt(0), pair.getInt(4));
      checkPoll(pair.getInt(0), pair.getInt(4));
      checkNap();
      checkAddress();
    } finally {
      libc.close(pair.getInt(0));
      libc.close(pair.getInt(4));
      Reference.reachabilityFence(this);
    }
  }

  private void passMessages(int from, int to) throws IOException {
    require(
        libc.setsockopt(to, Linux.SOL_SOCKET, Linux.SO_PASSCRED, OffHeap.addressOf(one), 4) == 0,
        "setsockopt");

    out.put((FIRST + SECOND).getBytes(StandardCharsets.US_ASCII));
    sent.toSend(0, OffHeap.addressOf(out), FIRST.length(), 0, 0, 0);
    sent.toSend(1, OffHeap.addressOf(out) + FIRST.length(), SECOND.length(), 0, 0, 0);
    require(libc.sendmmsg(from, sent.address(), 2, 0) == 2, "sendmmsg");

    for (int i = 0; i < 3; i++) {
      received.toReceive(i, OffHeap.addressOf(in) + i * 16L, ROOM, OffHeap.addressOf(name));
    }
    require(libc.recvmmsg(to, received.address(), 3, 0) == 2, "recvmmsg");
    require(libc.recvmmsg(to, received.address(), 3, 0) == -Linux.EAGAIN, "errno");
    require(received.receivedBytes(0) == ROOM && received.receivedBytes(1) == ROOM, "lengths");
    require(!received.isTruncated(0) && received.isTruncated(1), "flags");
    require(text(in, 0).equals(FIRST) && text(in, 16).equals(SECOND.substring(0, ROOM)), "data");
    // bits/socket.h: struct ucred, 0: pid, 4: uid, 8: gid
    int credentials = received.control(1, Linux.SOL_SOCKET, Linux.SCM_CREDENTIALS);
    require(credentials >= 0, "control data");
    int pid = received.controls().getInt(credentials);
    require(pid == 0 || pid == ProcessHandle.current().pid(), "sender's process " + pid);
  }

  /** A socket that can be written to and another that has nothing to read. */
  private void checkPoll(int writable, int empty) throws IOException {
    out.clear();
    out.putInt(0, empty).putShort(4, Linux.POLLIN).putShort(6, (short) 0);
    out.putInt(8, writable).putShort(12, Linux.POLLOUT).putShort(14, (short) 0);
    require(libc.poll(OffHeap.addressOf(out), 2, 0) == 1, "poll");
    require(out.getShort(6) == 0 && out.getShort(14) == Linux.POLLOUT, "pollfd");
  }

  /** A second has less than 10^9 nanoseconds: so it is seen where the kernel looks for them. */
  private void checkNap() throws IOException {
    out.putLong(0, 0).putLong(8, 1_000_000_000);
    require(libc.nanosleep(OffHeap.addressOf(out)) == -1, "timespec");
    out.putLong(8, 1);
    require(libc.nanosleep(OffHeap.addressOf(out)) == 0, "nanosleep");
  }

  /**
   * The kernel's answer to requests for an interface that is not there tells that it has found both
   * the group and the interface where we put them: else it would complain of something else.
   */
  private void checkGroupRequests(int fd) throws IOException {
    request.putInt(0, Integer.MAX_VALUE);
    SocketAddresses.write(request, 8, new InetSocketAddress(SOME_GROUP, 0), false);
    SocketAddresses.write(request, 8 + 128, new InetSocketAddress(SOME_SOURCE, 0), false);
    require(ask(fd, Linux.MCAST_JOIN_GROUP, 8 + 128) == -Linux.ENODEV, "group_req");
    require(
        ask(fd, Linux.MCAST_JOIN_SOURCE_GROUP, 8 + 128 + 128) == -Linux.ENODEV, "group_source_req");
    request.clear().put(0, new byte[12]).putInt(8, Integer.MAX_VALUE); // struct ip_mreqn
    require(ask(fd, Linux.IP_MULTICAST_IF, 12) == -Linux.EADDRNOTAVAIL, "ip_mreqn");
  }

  private int ask(int fd, int option, int length) {
    return libc.setsockopt(fd, Linux.IPPROTO_IP, option, OffHeap.addressOf(request), length);
  }

  /** The port that the kernel chose is not 0, and its name has the family and the length. */
  private void checkAddress() throws IOException {
    int fd = libc.socket(Linux.AF_INET, Linux.SOCK_DGRAM | Linux.CLOEXEC, 0);
    require(fd >= 0, "socket");
    name.put(0, new byte[SocketAddresses.BYTES]).putShort(0, (short) Linux.AF_INET);
    length.putInt(0, SocketAddresses.BYTES);
    try {
      require(libc.bind(fd, OffHeap.addressOf(name), 16) == 0, "bind");
      require(
          libc.getsockname(fd, OffHeap.addressOf(name), OffHeap.addressOf(length)) == 0,
          "getsockname");
      var address = SocketAddresses.read(name, 0);
      require(
          name.getShort(0) == Linux.AF_INET
              && length.getInt(0) == 16
              && address.getPort() > 0
              && address.getAddress().isAnyLocalAddress(),
          "address " + address);
      checkGroupRequests(fd);
    } finally {
      libc.close(fd);
    }
  }

  private static String text(ByteBuffer in, int offset) {
    byte[] bytes = new byte[ROOM];
    in.get(offset, bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static void require(boolean asExpected, String what) throws IOException {
    if (!asExpected) {
      throw new IOException(what);
    }
  }
}
