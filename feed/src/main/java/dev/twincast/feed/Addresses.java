package dev.twincast.feed;

import dev.twincast.anycast.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

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

  /**
   * All addresses of all names.
   *
   * @throws UnknownHostException if none has any
   */
  static List<InetSocketAddress> of(List<Endpoint> endpoints) throws IOException {
    var addresses = new ArrayList<InetSocketAddress>();
    UnknownHostException failure = null;
    for (Endpoint endpoint : endpoints) {
      try {
        for (InetAddress address : InetAddress.getAllByName(endpoint.host())) {
          addresses.add(new InetSocketAddress(address, endpoint.port()));
        }
      } catch (UnknownHostException e) {
        failure = e;
      }
    }
    if (addresses.isEmpty() && failure != null) {
      throw failure;
    }
    return addresses;
  }
}
