package dev.twincast.anycast.net.server;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A listening socket by system calls, the same in all respects as one of the JDK on Linux ({@link
 * SharedPort}): IPv6 for both families where there is any, so that they can share a port.
 */
final class ListeningSocket {
  private static final int SOCKADDR_IN_BYTES = 16;
  private static final int SOCKADDR_IN6_BYTES = 28;

  private ListeningSocket() {}

  /**
   * Binds and listens, without blocking; what it accepts sends at once.
   *
   * @throws java.net.BindException says which address, why not, and what can be done
   */
  static int open(Libc libc, InetSocketAddress address) throws IOException {
    int type = Linux.SOCK_STREAM | Linux.NONBLOCK | Linux.CLOEXEC;
    boolean ipv6 = !Boolean.getBoolean("java.net.preferIPv4Stack");
    int fd = libc.socket(ipv6 ? Linux.AF_INET6 : Linux.AF_INET, type);
    if (fd == -Linux.EAFNOSUPPORT) {
      ipv6 = false;
      fd = libc.socket(Linux.AF_INET, type);
    }
    EpollPoller.checked(fd);
    try {
      if (ipv6) {
        option(libc, fd, Linux.IPPROTO_IPV6, Linux.IPV6_V6ONLY, 0);
      }
      option(libc, fd, Linux.SOL_SOCKET, Linux.SO_REUSEADDR, 1);
      option(libc, fd, Linux.SOL_SOCKET, Linux.SO_REUSEPORT, 1);
      option(libc, fd, Linux.IPPROTO_TCP, Linux.TCP_NODELAY, 1); // inherited
      ByteBuffer name = name(address, ipv6);
      EpollPoller.checked(libc.bind(fd, EpollPoller.addressOf(name), name.capacity()));
      EpollPoller.checked(libc.listen(fd, SharedPort.BACKLOG));
      return fd;
    } catch (SocketException e) {
      libc.close(fd);
      throw SharedPort.explained(address, e);
    }
  }

  static int port(Libc libc, int fd) throws IOException {
    ByteBuffer name = ByteBuffer.allocateDirect(SOCKADDR_IN6_BYTES);
    ByteBuffer length = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
    length.putInt(0, SOCKADDR_IN6_BYTES);
    EpollPoller.checked(
        libc.getsockname(fd, EpollPoller.addressOf(name), EpollPoller.addressOf(length)));
    return name.getShort(2) & 0xffff; // in both structures
  }

  private static void option(Libc libc, int fd, int level, int name, int value) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
    bytes.putInt(0, value);
    EpollPoller.checked(libc.setsockopt(fd, level, name, EpollPoller.addressOf(bytes), 4));
  }

  /**
   * netinet/in.h: struct sockaddr_in {family 2, port 2, address 4, zero 8}, struct sockaddr_in6
   * {family 2, port 2, flow 4, address 16, scope 4}; port and address big-endian.
   */
  private static ByteBuffer name(InetSocketAddress address, boolean ipv6) throws SocketException {
    InetAddress host = address.getAddress();
    boolean ipv4 = host instanceof Inet4Address;
    if (!ipv6 && !ipv4) {
      throw new SocketException("Address family not supported by protocol");
    }
    ByteBuffer name = ByteBuffer.allocateDirect(ipv6 ? SOCKADDR_IN6_BYTES : SOCKADDR_IN_BYTES);
    name.order(ByteOrder.nativeOrder())
        .putShort((short) (ipv6 ? Linux.AF_INET6 : Linux.AF_INET))
        .order(ByteOrder.BIG_ENDIAN)
        .putShort((short) address.getPort());
    if (!ipv6) {
      return name.put(host.getAddress());
    }
    name.putInt(0);
    if (host.isAnyLocalAddress()) {
      return name; // all zero: IPv4's too
    }
    if (ipv4) {
      name.putLong(0).putInt(0xffff); // RFC 4291, section 2.5.5.2
    }
    name.put(host.getAddress());
    if (host instanceof java.net.Inet6Address scoped) {
      name.order(ByteOrder.nativeOrder()).putInt(scoped.getScopeId());
    }
    return name;
  }
}
