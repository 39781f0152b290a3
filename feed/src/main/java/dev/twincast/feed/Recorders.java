package dev.twincast.feed;

import dev.twincast.anycast.AnycastClient;
import dev.twincast.anycast.Endpoint;
import dev.twincast.anycast.Policy;
import dev.twincast.anycast.lookup.UncachedLookup;
import dev.twincast.anycast.policy.Names;
import dev.twincast.feed.machine.AnycastChoice;
import dev.twincast.feed.machine.RecorderChoice;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The recorders that a party may ask, by their names. Those are looked up again while it asks, each
 * on a daemon thread of its own ({@code twincast-lookup-NAME}): what is found counts from the next
 * request on. All else runs under the lock of the party's driver.
 */
final class Recorders implements RecorderChoice {
  /** A request is small; its answer is not sent by who asks. */
  static final int REQUEST_BYTES = 100;

  /** Names to addresses; replaced in tests. */
  @FunctionalInterface
  interface Lookup {
    List<InetAddress> addresses(String name) throws UnknownHostException;
  }

  private record Found(Endpoint name, List<InetSocketAddress> addresses) {}

  private final Lookup lookup;
  private final Predicate<InetSocketAddress> isOurselves;
  private final Names<Endpoint, InetSocketAddress> names;
  private final AnycastChoice choice;
  private final Queue<Found> found = new ConcurrentLinkedQueue<>();
  private Set<InetSocketAddress> known = Set.of();

  /**
   * Looks all names up; blocks meanwhile.
   *
   * @param isOurselves these addresses are left out: a recorder may be told a name of all recorders
   * @throws UnknownHostException if there are names, and none has an address
   */
  Recorders(
      List<Endpoint> endpoints,
      Policy policy,
      RandomGenerator random,
      Predicate<InetSocketAddress> isOurselves,
      Lookup lookup)
      throws UnknownHostException {
    this.lookup = lookup;
    this.isOurselves = isOurselves;
    names = new Names<>(endpoints, Recorders::literal);
    choice = new AnycastChoice(policy, Addresses::text, random);
    long now = System.nanoTime();
    List<Endpoint> unknown = names.use(now);
    unknown.forEach(this::lookUp);
    takeFound(now);
    if (names.addresses().isEmpty() && !unknown.isEmpty()) {
      throw new UnknownHostException(
          "%s: no recorder has this name (is it spelt right, and is a recorder there?)"
              .formatted(unknown.getFirst().host()));
    }
  }

  Recorders(
      List<Endpoint> endpoints,
      Policy policy,
      RandomGenerator random,
      Predicate<InetSocketAddress> isOurselves)
      throws UnknownHostException {
    this(endpoints, policy, random, isOurselves, UncachedLookup::addresses);
  }

  private static Optional<InetSocketAddress> literal(Endpoint endpoint) {
    try {
      return Optional.of(
          new InetSocketAddress(InetAddress.ofLiteral(endpoint.host()), endpoint.port()));
    } catch (IllegalArgumentException name) {
      return Optional.empty();
    }
  }

  private void lookUp(Endpoint name) {
    List<InetSocketAddress> addresses = List.of();
    try {
      addresses =
          lookup.addresses(name.host()).stream()
              .map(address -> new InetSocketAddress(address, name.port()))
              .toList();
    } catch (UnknownHostException | RuntimeException e) {
      // What is known stays. A resolver that the application has installed may throw anything.
    } finally {
      found.add(new Found(name, addresses));
    }
  }

  private void takeFound(long now) {
    if (found.isEmpty() && !known.isEmpty()) {
      return;
    }
    Found next;
    while ((next = found.poll()) != null) {
      if (next.addresses().isEmpty()) {
        names.onFailure(next.name());
      } else {
        names.onAnswer(next.name(), next.addresses());
      }
    }
    if (!names.addresses().equals(known)) {
      known = names.addresses();
      Set<InetSocketAddress> others = new LinkedHashSet<>(known);
      others.removeIf(isOurselves);
      choice.onNames(now, others);
    }
  }

  @Override
  public List<InetSocketAddress> recorders() {
    return choice.recorders();
  }

  @Override
  public @Nullable InetSocketAddress choose(
      long now, @Nullable InetSocketAddress last, Predicate<InetSocketAddress> mayHave) {
    for (Endpoint name : names.use(now)) {
      Thread.ofPlatform().daemon().name("twincast-lookup-" + name.host()).start(() -> lookUp(name));
    }
    takeFound(now);
    return choice.choose(now, last, mayHave);
  }

  @Override
  public void answered(long now, InetSocketAddress recorder, long nanos) {
    choice.answered(now, recorder, nanos);
  }

  @Override
  public void timedOut(long now, InetSocketAddress recorder, long askedAt) {
    choice.timedOut(now, recorder, askedAt);
  }

  /** Connects to any of these; to nobody if there are none. */
  static Socket connect(List<InetSocketAddress> recorders) throws IOException {
    if (recorders.isEmpty()) {
      throw new ConnectException("no publisher was heard yet, and no recorder is known");
    }
    List<Endpoint> endpoints = recorders.stream().map(Addresses::endpoint).distinct().toList();
    try (var client = AnycastClient.builder(endpoints).open()) {
      return client.connect();
    }
  }
}
