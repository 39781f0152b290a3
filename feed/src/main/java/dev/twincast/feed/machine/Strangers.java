package dev.twincast.feed.machine;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;

/** Who has other messages under the numbers of a session: each is told once. Bounded. */
final class Strangers {
  private static final int MAX_STRANGERS = 64;

  private final Set<InetSocketAddress> known = new HashSet<>();

  /** Takes note of one; whether it is to be told. */
  boolean add(InetSocketAddress stranger) {
    return known.size() < MAX_STRANGERS && known.add(stranger);
  }

  boolean contains(InetSocketAddress address) {
    return known.contains(address);
  }
}
