package dev.twincast.multicast.udp;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Whether the C library here is the one that {@link Libc}, {@link MessageVector} and {@link
 * SocketAddresses} were written for: two datagrams through a pair of local sockets, with control
 * data, and one look at an address. No network is needed; takes about a millisecond.
 */
final class SelfTest {
  private static final String FIRST = "first";
  private static final String SECOND = "second";
  private static final int ROOM = 5; // for the first whole; the second is cut

  private final Libc libc = new Libc();
  private final ByteBuffer pair = OffHeap.allocate(2 * Integer.BYTES);
  private final ByteBuffer one = OffHeap.allocate(Integer.BYTES).putInt(0, 1);
  private final ByteBuffer out = OffHeap.allocate(64);
  private final ByteBuffer in = OffHeap.allocate(64);
  private final ByteBuffer name = OffHeap.allocate(SocketAddresses.BYTES);
  private final ByteBuffer length = OffHeap.allocate(Integer.BYTES);
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
