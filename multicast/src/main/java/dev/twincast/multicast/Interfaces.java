package dev.twincast.multicast;

import dev.twincast.multicast.member.InterfaceState;
import dev.twincast.multicast.udp.Route;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which network interface a group is sent by and heard on. */
public final class Interfaces {
  private Interfaces() {}

  /**
   * The interface for a group: the one that it names; else the one by which the kernel routes to
   * it; else the first that is up, is not the loopback, and has an address of the group's family;
   * else, for IPv4, the loopback.
   *
   * @throws IllegalArgumentException if the group names an interface that this host has not
   * @throws SocketException if the interface cannot carry the group, or none can: it is down, has
   *     no address of the family, or IPv6 is switched off on it. The kernel would let a receiver
   *     join there, and nothing would ever arrive
   */
  public static NetworkInterface choose(Group group) throws IOException {
    if (group.interfaceName().isPresent()) {
      return usable(named(group.interfaceName().get()), group);
    }
    Optional<NetworkInterface> routed = Route.interfaceTowards(group.address());
    if (routed.isPresent() && objection(routed.get(), group).isEmpty()) {
      return routed.get();
    }
    @Nullable NetworkInterface lastResort = null;
    for (NetworkInterface candidate : all()) {
      if (objection(candidate, group).isEmpty()) {
        if (!candidate.isLoopback()) {
          return candidate;
        }
        lastResort = candidate;
      }
    }
    if (lastResort == null) {
      throw new SocketException(
          "no interface can carry %s: none is up and has an %s address"
                  .formatted(group, group.isIpv6() ? "IPv6" : "IPv4")
              + choices());
    }
    return lastResort;
  }

  /**
   * The interface of this name. One without any address is as good as none: the JDK cannot see it.
   *
   * @throws IllegalArgumentException if there is none; the message lists those that there are
   */
  public static NetworkInterface named(String name) throws IOException {
    NetworkInterface found = name.isEmpty() ? null : NetworkInterface.getByName(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "no interface \"" + name + "\" with an address" + choices());
    }
    return found;
  }

  /** The given interface, if it can carry the group; without one as {@link #choose(Group)}. */
  static NetworkInterface choose(Optional<NetworkInterface> given, Group group) throws IOException {
    return given.isPresent() ? usable(given.get(), group) : choose(group);
  }

  /** The same interface, if it can carry the group now. */
  static NetworkInterface usable(NetworkInterface candidate, Group group) throws SocketException {
    Optional<String> objection = objection(candidate, group);
    if (objection.isPresent()) {
      throw new SocketException(
          "interface " + candidate.getName() + " " + objection.get() + choices());
    }
    return candidate;
  }

  /**
   * What keeps the interface of this name from carrying the group, and may pass: that there is
   * none, that it is down, that it has no address; with those that there are. Empty: nothing.
   *
   * @throws SocketException if it never will
   */
  static Optional<String> shortcoming(String name, Group group) throws SocketException {
    NetworkInterface found = name.isEmpty() ? null : NetworkInterface.getByName(name);
    if (found == null) {
      return Optional.of("there is no interface \"" + name + "\" with an address" + choices());
    }
    if (isSilentLoopback(found, group)) {
      usable(found, group);
    }
    return objection(found, group).map(objection -> "interface " + name + " " + objection);
  }

  /** As it is now: the JDK's object of it is of the time when it was made. */
  static InterfaceState state(String name, boolean ipv6) {
    try {
      NetworkInterface now = NetworkInterface.getByName(name);
      if (now == null) {
        return InterfaceState.ABSENT;
      }
      Set<String> addresses =
          now.inetAddresses()
              .filter(address -> isIpv6(address) == ipv6)
              .map(InetAddress::getHostAddress)
              .collect(Collectors.toSet());
      return new InterfaceState(now.getIndex(), now.isUp(), addresses);
    } catch (SocketException e) {
      return InterfaceState.ABSENT; // it went away while we looked
    }
  }

  /** The group as the kernel wants it: an IPv6 address of link scope is complete only with it. */
  static InetSocketAddress addressOn(NetworkInterface networkInterface, Group group) {
    if (!group.isIpv6()) {
      return new InetSocketAddress(group.address(), group.port());
    }
    try {
      byte[] bytes = group.address().getAddress();
      return new InetSocketAddress(
          Inet6Address.getByAddress(null, bytes, networkInterface.getIndex()), group.port());
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has a legal length", e);
    }
  }

  /**
   * Why the interface cannot carry the group, and what to type. Its flag {@code supportsMulticast}
   * is not asked: the loopback denies it, and carries IPv4 multicast all the same.
   */
  private static Optional<String> objection(NetworkInterface candidate, Group group)
      throws SocketException {
    String name = candidate.getName();
    if (!candidate.isUp()) {
      return Optional.of("is down or has no carrier (try: ip link set " + name + " up)");
    }
    if (isSilentLoopback(candidate, group)) {
      return Optional.of("carries no IPv6 multicast (within one host use IPv4: 239.1.2.3:5000)");
    }
    if (candidate.inetAddresses().anyMatch(own -> isIpv6(own) == group.isIpv6())) {
      return Optional.empty();
    }
    return Optional.of(
        group.isIpv6()
            ? "has no IPv6 address (try: sysctl -w net.ipv6.conf." + name + ".disable_ipv6=0)"
            : "has no IPv4 address (try: ip address add 10.0.0.1/24 dev " + name + ")");
  }

  private static boolean isSilentLoopback(NetworkInterface candidate, Group group)
      throws SocketException {
    return group.isIpv6() && candidate.isLoopback();
  }

  private static String choices() throws SocketException {
    return all().stream()
        .map(choice -> choice.getName() + " " + shownAddress(choice))
        .collect(Collectors.joining(", ", "; there are: ", ""));
  }

  private static String shownAddress(NetworkInterface networkInterface) {
    return networkInterface
        .inetAddresses()
        .min(Comparator.comparing(Interfaces::isIpv6))
        .map(address -> address.getHostAddress().replaceFirst("%.*", ""))
        .orElse("(no address)");
  }

  private static List<NetworkInterface> all() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
        .toList();
  }

  private static boolean isIpv6(InetAddress address) {
    return address instanceof Inet6Address;
  }
}
