package dev.twincast.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;

/** The interface that stays within this host. */
final class Loopback {
  private Loopback() {}

  /** {@code lo} on Linux, {@code lo0} elsewhere. */
  static String interfaceName() throws IOException {
    NetworkInterface loopback =
        NetworkInterface.getByInetAddress(InetAddress.ofLiteral("127.0.0.1"));
    if (loopback == null) {
      throw new IOException("no interface has the address 127.0.0.1 (try: ip link set lo up)");
    }
    return loopback.getName();
  }
}
