package dev.twincast.multicast;

import dev.twincast.multicast.udp.Port;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The groups that a receiver's port has joined on one interface, or is to join as soon as that is
 * there. Thread-safe.
 */
final class Memberships {
  private final Port port;
  private final List<InetAddress> sources;
  private final String interfaceName;

  // By address, in the order of joining. Guarded by this.
  private final Map<InetAddress, Group> joined = new LinkedHashMap<>();

  // Written with the monitor held. Null: it has not been there yet.
  private volatile @Nullable NetworkInterface networkInterface;
  private volatile Optional<String> awaited;

  /**
   * No memberships yet.
   *
   * @param sources whom to hear; empty: everybody
   * @param awaited why nothing can be joined yet; empty: it can
   */
  Memberships(
      Port port, List<InetAddress> sources, String interfaceName, Optional<String> awaited) {
    this.port = port;
    this.sources = sources;
    this.interfaceName = interfaceName;
    this.awaited = awaited;
  }

  synchronized void enter(Group group) throws IOException {
    if (!joined.containsKey(group.address())) {
      if (awaited.isEmpty()) {
        joinOnInterface(group);
      }
      joined.put(group.address(), group);
    }
  }

  synchronized void leave(InetAddress group) throws IOException {
    if (joined.containsKey(group)) {
      port.leave(group);
      joined.remove(group);
    }
  }

  /** Leaves all groups and joins them anew, on the interface as it is now. */
  synchronized void rejoin() throws IOException {
    for (Group group : List.copyOf(joined.values())) {
      try {
        port.leave(group.address());
      } catch (IOException e) {
        // The membership has gone with its interface.
      }
      joinOnInterface(group);
    }
    awaited = Optional.empty();
  }

  synchronized List<Group> groups() {
    return List.copyOf(joined.values());
  }

  /** As it was when the memberships were made. */
  NetworkInterface networkInterface() {
    NetworkInterface joinedOn = networkInterface;
    if (joinedOn == null) {
      throw new IllegalStateException(awaited.orElse("no group was joined"));
    }
    return joinedOn;
  }

  String interfaceName() {
    return interfaceName;
  }

  Optional<String> awaited() {
    return awaited;
  }

  /** Ends them with the port. */
  synchronized void close() {
    joined.clear();
    awaited = Optional.empty();
    port.close();
  }

  /** Asks for the interface each time: it may have gone down, or changed its address. */
  private void joinOnInterface(Group group) throws IOException {
    NetworkInterface now = Interfaces.usable(Interfaces.named(interfaceName), group);
    port.join(group.address(), now, sources);
    networkInterface = now;
  }
}
