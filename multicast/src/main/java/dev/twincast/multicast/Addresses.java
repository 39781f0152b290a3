package dev.twincast.multicast;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * All addresses of some HOST:PORT names, looked up again each second while they are in use. A
 * look-up runs on a thread of its own; if it fails, the addresses of before stay. Any thread may
 * call.
 */
final class Addresses {
  private static final long REFRESH_NANOS = 1_000_000_000;

  /** A name service: all addresses of a host. */
  interface Resolver {
    List<InetAddress> resolve(String host) throws UnknownHostException;

    /**
     * The one of the JDK, which may remember an answer for 30 seconds (networkaddress.cache.ttl).
     */
    static List<InetAddress> system(String host) throws UnknownHostException {
      return Arrays.asList(InetAddress.getAllByName(host));
    }
  }

  private record Name(String host, int port) {
    static Name parse(String text) {
      int colon = text.lastIndexOf(':');
      String host = colon < 0 ? "" : text.substring(0, colon);
      if (host.startsWith("[") && host.endsWith("]")) {
        host = host.substring(1, host.length() - 1);
      }
      String port = text.substring(colon + 1);
      if (host.isEmpty() || !port.matches("\\d{1,5}") || !isPort(Integer.parseInt(port))) {
        throw new IllegalArgumentException(
            "\"" + text + "\" is not HOST:PORT (try app.example:5000 or [2001:db8::1]:5000)");
      }
      return new Name(host, Integer.parseInt(port));
    }

    private static boolean isPort(int number) {
      return number >= 1 && number <= 65535;
    }
  }

  private final List<Name> names;
  private final Resolver resolver;
  private final Map<Name, List<InetAddress>> known = new ConcurrentHashMap<>();
  private final AtomicBoolean refreshing = new AtomicBoolean();
  private volatile List<InetSocketAddress> current;
  private volatile long refreshedAt;

  /**
   * Looks all names up.
   *
   * @throws UnknownHostException if one is not known
   */
  Addresses(List<String> hostPorts, Resolver resolver, long now) throws IOException {
    if (hostPorts.isEmpty()) {
      throw new IllegalArgumentException("nobody to send to (try app.example:5000)");
    }
    names = hostPorts.stream().map(Name::parse).toList();
    this.resolver = resolver;
    for (Name name : names) {
      known.put(name, resolve(name));
    }
    current = joined();
    refreshedAt = now;
  }

  /** The addresses as far as known: the same list as long as they are the same. */
  List<InetSocketAddress> at(long now) {
    if (now - refreshedAt >= REFRESH_NANOS && refreshing.compareAndSet(false, true)) {
      refreshedAt = now;
      Thread.ofVirtual().name("twincast-resolve").start(this::refresh);
    }
    return current;
  }

  private void refresh() {
    try {
      for (Name name : names) {
        try {
          known.put(name, resolve(name));
        } catch (UnknownHostException e) {
          // keeps the addresses of before
        }
      }
      List<InetSocketAddress> fresh = joined();
      if (!fresh.equals(current)) {
        current = fresh;
      }
    } finally {
      refreshing.set(false);
    }
  }

  private List<InetAddress> resolve(Name name) throws UnknownHostException {
    try {
      return resolver.resolve(name.host);
    } catch (UnknownHostException e) {
      var explained =
          new UnknownHostException(
              "no address of " + name.host + " is known (see: getent ahosts " + name.host + ")");
      explained.initCause(e);
      throw explained;
    }
  }

  /** Each address once. */
  private List<InetSocketAddress> joined() {
    Set<InetSocketAddress> all = new LinkedHashSet<>();
    for (Name name : names) {
      for (InetAddress address : known.getOrDefault(name, List.of())) {
        all.add(new InetSocketAddress(address, name.port));
      }
    }
    return List.copyOf(all);
  }
}
