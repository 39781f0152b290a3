package dev.twincast.feed;

import dev.twincast.anycast.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** Recorders' addresses. */
final class Addresses {
  private Addresses() {}

  /** {@code HOST:PORT}, or {@code [IPV6]:PORT}. */
  static String text(InetSocketAddress address) {
    return endpoint(address).toString();
  }

  static Endpoint endpoint(InetSocketAddress address) {
    return new Endpoint(address.getAddress().getHostAddress(), address.getPort());
  }

  /** Whether it is one of this machine's own. */
  static boolean isLocal(InetAddress address) {
    try {
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false;
    }
  }
}
