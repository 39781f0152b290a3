package dev.twincast.cli;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** How a socket's address is written: {@code 10.0.0.1:5000}, {@code [fe80::1%eth0]:5000}. */
final class HostPort {
  private HostPort() {}

  static String of(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host)
        + ":"
        + address.getPort();
  }
}
