package dev.twincast.system;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;

/** The loopback interface of this machine, for sockets that a test opens itself. */
final class Loopback {
  static final NetworkInterface INTERFACE = find();

  private static final InetAddress ADDRESS = InetAddress.ofLiteral("127.0.0.1");

  private Loopback() {}

  private static NetworkInterface find() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(Loopback::isLoopback)
          .findFirst()
          .orElseThrow();
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLoopback(NetworkInterface candidate) {
    try {
      return candidate.isLoopback();
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A port of it; 0, to bind to: whichever is free. */
  static InetSocketAddress at(int port) {
    return new InetSocketAddress(ADDRESS, port);
  }

  /** As the command line has it. */
  static String text(SocketAddress address) {
    var inet = (InetSocketAddress) address;
    return inet.getAddress().getHostAddress() + ":" + inet.getPort();
  }
}
