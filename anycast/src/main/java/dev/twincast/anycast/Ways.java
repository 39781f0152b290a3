package dev.twincast.anycast;

import dev.twincast.anycast.Announcer.Event;
import dev.twincast.anycast.net.announce.Prefix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * All ways of an announcer: addresses first and then routes, and back in reverse, since a route
 * leads nowhere without its address. For one thread at a time.
 */
final class Ways implements AutoCloseable {
  private final List<Way> ways = new ArrayList<>();
  private volatile boolean areAnnounced; // read by any thread
  private volatile boolean areWithdrawn = true; // read by any thread

  private Ways() {}

  /**
   * Opens each, as {@link Way#open} does.
   *
   * @throws IllegalArgumentException if one of the addresses goes none of these ways
   */
  static Ways open(
      List<Via> vias, Set<Prefix> vips, long leaseSeconds, long timeoutNanos, Consumer<Event> tell)
      throws IOException {
    Ways all = new Ways();
    List<Via> ordered =
        vias.stream()
            .distinct()
            .sorted(Comparator.comparingInt((Via via) -> via instanceof Via.Address ? 0 : 1))
            .toList();
    try {
      for (Via via : ordered) {
        all.ways.add(Way.open(via, vips, leaseSeconds, timeoutNanos, tell));
      }
      all.requireEach(vips);
      return all;
    } catch (IOException | IllegalArgumentException e) {
      all.close();
      throw e;
    }
  }

  private void requireEach(Set<Prefix> vips) {
    Set<Prefix> missing = new TreeSet<>(vips);
    ways.forEach(way -> missing.removeAll(way.prefixes()));
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException("nothing announces " + missing.iterator().next());
    }
  }

  /** Whether everything is announced. */
  boolean areAnnounced() {
    return areAnnounced;
  }

  /** Whether nothing is announced: each has confirmed the last withdrawal. */
  boolean areWithdrawn() {
    return areWithdrawn;
  }

  /** Announces, until the first that fails. */
  void announce(String reason) {
    areWithdrawn = false;
    areAnnounced = ways.stream().allMatch(way -> way.announce(reason));
  }

  /** Withdraws each that can be. */
  void withdraw(String reason) {
    areAnnounced = false;
    areWithdrawn = ways.reversed().stream().filter(way -> !way.withdraw(reason)).count() == 0;
  }

  /** Does again what was done last, and what has failed. */
  void renew(boolean announced) {
    if (announced) {
      areAnnounced = ways.stream().allMatch(way -> way.renew(true));
    } else {
      areWithdrawn = ways.reversed().stream().filter(way -> !way.renew(false)).count() == 0;
    }
  }

  @Override
  public void close() {
    ways.forEach(Way::close);
  }
}
