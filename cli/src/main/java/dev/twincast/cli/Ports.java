package dev.twincast.cli;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;

/** Finds ports for the demo: the usual one if nobody has it, else any. */
final class Ports {
  private Ports() {}

  /** Binds without SO_REUSEPORT: else the demo would share the port with a stranger's replica. */
  static int tcp(int usual) throws IOException {
    try (ServerSocket probe = new ServerSocket(usual)) {
      return probe.getLocalPort();
    } catch (IOException taken) {
      try (ServerSocket probe = new ServerSocket(0)) {
        return probe.getLocalPort();
      }
    }
  }

  /** Binds without SO_REUSEADDR: else it would join a stranger's receivers. */
  static int udp(int usual) throws IOException {
    try (DatagramSocket probe = new DatagramSocket(usual)) {
      return probe.getLocalPort();
    } catch (IOException taken) {
      try (DatagramSocket probe = new DatagramSocket(0)) {
        return probe.getLocalPort();
      }
    }
  }

  static String loopbackInterface() throws IOException {
    NetworkInterface loopback =
        NetworkInterface.getByInetAddress(InetAddress.ofLiteral("127.0.0.1"));
    if (loopback == null) {
      throw new IOException("no interface has the address 127.0.0.1 (try: ip link set lo up)");
    }
    return loopback.getName();
  }
}
