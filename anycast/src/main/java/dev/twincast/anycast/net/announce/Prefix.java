package dev.twincast.anycast.net.announce;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

/**
 * The prefix of one address: what is announced of it. Ordered by its bytes.
 *
 * @param address without a scope
 */
public record Prefix(InetAddress address) implements Comparable<Prefix> {

  /** Reads {@code 10.99.0.1/32} or {@code fd00::1/128}; empty if it is another prefix, or none. */
  public static Optional<Prefix> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    try {
      var prefix = new Prefix(InetAddress.ofLiteral(text.substring(0, slash)));
      return prefix.toString().endsWith(text.substring(slash))
          ? Optional.of(prefix)
          : Optional.empty();
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  public boolean isIpv6() {
    return address instanceof Inet6Address;
  }

  @Override
  public int compareTo(Prefix other) {
    return Arrays.compare(address.getAddress(), other.address.getAddress());
  }

  /** {@code 10.99.0.1/32}. */
  @Override
  public String toString() {
    return address.getHostAddress() + (isIpv6() ? "/128" : "/32");
  }
}
