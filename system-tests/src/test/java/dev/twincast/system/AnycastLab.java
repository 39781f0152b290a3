package dev.twincast.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Real anycast: three replicas announce the same address to a router by BGP, and the router spreads
 * the connections of a client over them by a hash of addresses and ports.
 *
 * <pre>
 *                          +-- s1   10.99.0.1 on lo
 *   client --- router -----+-- s2   10.99.0.1 on lo
 *                          +-- s3   10.99.0.1 on lo
 * </pre>
 */
final class AnycastLab implements AutoCloseable {
  static final String VIP = "10.99.0.1";
  static final String SERVICE = VIP + ":5000";
  private static final int REPLICAS = 3;

  private final Network network = Network.open();
  private final Path folder = newFolder();
  private final Host client = network.apart("client");
  private final Host router = network.apart("router");
  private final List<Replica> replicas = new ArrayList<>();
  private final Program routes; // what the router says of their changes

  private AnycastLab(Routing routing) {
    network.link(router, "client", client, "eth0", 0);
    client.run("ip route add default via " + network.ipv4(1));
    // A port is not used again for a minute: by default there are enough for 470 connections/s.
    client.run("sh -c", "echo 1024 64999 >/proc/sys/net/ipv4/ip_local_port_range");
    router.run(
        "sh -c",
        "cd /proc/sys/net/ipv4 && echo 1 > ip_forward && echo 1 > fib_multipath_hash_policy");
    routes = router.start("ip -ts monitor route");
    List<Routing.Neighbour> neighbours = new ArrayList<>();
    for (int i = 1; i <= REPLICAS; i++) {
      neighbours.add(new Routing.Neighbour(i, network.ipv4(4 * i + 2), network.ipv4(4 * i + 1)));
    }
    for (Routing.Neighbour neighbour : neighbours) {
      replicas.add(replica(routing, neighbour));
    }
    routing.startRouter(router, subfolder("router"), neighbours);
  }

  /** All three are announced. */
  static AnycastLab open(Routing routing) {
    AnycastLab lab = new AnycastLab(routing);
    try {
      lab.restore();
      return lab;
    } catch (Throwable e) {
      lab.close();
      throw e;
    }
  }

  private Replica replica(Routing routing, Routing.Neighbour neighbour) {
    String name = "s" + neighbour.number();
    Host host = network.apart(name);
    network.link(router, name, host, "eth0", neighbour.number());
    host.run("ip route add default via " + neighbour.ours());
    if (routing.keepsVip()) {
      host.run("ip address add " + VIP + "/32 dev lo");
    }
    Path daemon = subfolder(name);
    routing.startReplica(host, daemon, neighbour, VIP);
    return new Replica(name, host, neighbour.address(), VIP, routing.via(daemon, neighbour));
  }

  Host client() {
    return client;
  }

  Host router() {
    return router;
  }

  /** One of three, from 1. */
  Replica replica(int number) {
    return replicas.get(number - 1);
  }

  List<Replica> replicas() {
    return replicas;
  }

  /** Brings back all that is not running, and waits for the routes to all three. */
  void restore() {
    replicas.forEach(replica -> router.run("ip link set dev " + replica.name() + " up"));
    replicas.forEach(Replica::revive);
    replicas.forEach(this::awaitAnnounced);
  }

  void awaitAnnounced(Replica replica) {
    Await.until(
        () -> "a route to " + replica.name() + ": " + replica.announcer(),
        Await.PATIENCE,
        () -> isAnnounced(replica));
  }

  void awaitWithdrawn(Replica replica) {
    Await.until(
        () -> "no route to " + replica.name() + ": " + replica.announcer(),
        Await.PATIENCE,
        () -> !isAnnounced(replica));
  }

  /** Lets it happen, waits until there is no route to the replica; how long until it changed. */
  Duration timeUntilWithdrawn(Replica replica, Consumer<Replica> event) {
    int before = routes.out().size();
    Instant start = Instant.now();
    event.accept(replica);
    awaitWithdrawn(replica);
    Await.until("a change of the route", () -> firstChange(before).isPresent());
    return Duration.between(start, firstChange(before).orElseThrow());
  }

  /** How often the route to the VIP has changed so far. */
  int routeChanges() {
    return (int) routes.count(VIP);
  }

  /** When the route to the VIP first changed after so many lines. */
  private Optional<Instant> firstChange(int before) {
    List<String> lines = routes.out();
    return lines.subList(before, lines.size()).stream()
        .filter(line -> line.contains(VIP))
        .findFirst()
        .map(AnycastLab::time);
  }

  /** Of a line such as {@code [2026-11-25T17:45:55.423456] 10.99.0.1 proto bird ...}. */
  private static Instant time(String line) {
    String time = line.substring(line.indexOf('[') + 1, line.indexOf(']'));
    return LocalDateTime.parse(time).atZone(ZoneId.systemDefault()).toInstant();
  }

  private boolean isAnnounced(Replica replica) {
    return router.run("ip route show " + VIP).stream()
        .anyMatch(line -> line.contains("via " + replica.address() + " "));
  }

  private static Path newFolder() {
    try {
      Path folder = Files.createTempDirectory("tw-lab");
      folder.toFile().setExecutable(true, false); // FRR runs as a user of its own
      folder.toFile().setReadable(true, false);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path subfolder(String name) {
    try {
      return Files.createDirectory(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    network.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
