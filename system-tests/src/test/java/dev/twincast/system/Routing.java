package dev.twincast.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Which routing daemon runs in a lab, on the router and on each replica, and how it is told. */
enum Routing {
  /** BIRD, with one static protocol that is enabled and disabled. */
  BIRD,

  /** BIRD, which announces what is an address of {@code lo}. */
  BIRD_DIRECT,

  /** FRR: zebra and bgpd. */
  FRR;

  /** The router's neighbour in the AS 65000 + {@code number}. */
  record Neighbour(int number, String address, String ours) {
    int asNumber() {
      return 65_000 + number;
    }
  }

  /** What {@code --via} says of a replica whose daemon has its sockets in this folder. */
  String via(Path folder, Neighbour replica) {
    return switch (this) {
      case BIRD -> "bird:" + folder.resolve("bird.ctl") + ":vip1";
      case BIRD_DIRECT -> "address:lo";
      case FRR -> "frr:" + folder + ":" + replica.asNumber();
    };
  }

  /** Whether the VIP is always an address of the replica, announced or not. */
  boolean keepsVip() {
    return this != BIRD_DIRECT;
  }

  /** Starts the router's daemon. */
  void startRouter(Host router, Path folder, List<Neighbour> replicas) {
    String ours = replicas.getFirst().ours();
    switch (this) {
      case BIRD, BIRD_DIRECT ->
          startBird(
              router,
              folder,
              """
              router id %s;
              protocol device { scan time 1; }
              protocol kernel {
                ipv4 { import none; export where source = RTS_BGP; };
                merge paths yes limit 16;
              }
              """
                      .formatted(ours)
                  + each(
                      replicas,
                      """
                      protocol bgp s%d { local %s as 65000; neighbor %s as %d; %s
                        ipv4 { import where net ~ [ 10.99.0.0/16{32,32} ]; export none; }; }
                      """));
      // Without nexthop groups: FRR 8.4 keeps a group that it no longer uses for three minutes,
      // does
      // not see that the kernel drops a member of it whose link goes down, and uses it again.
      case FRR ->
          startFrr(
              router,
              folder,
              """
              no zebra nexthop kernel enable
              router bgp 65000
               bgp router-id %s
               no bgp ebgp-requires-policy
               bgp bestpath as-path multipath-relax
               timers bgp 3 9
              """
                      .formatted(ours)
                  + replicas.stream()
                      .map(replica -> frrNeighbour(replica.address(), replica.asNumber()))
                      .collect(Collectors.joining())
                  + " address-family ipv4 unicast\n  maximum-paths 16\n");
    }
  }

  private static final String TIMERS =
      "hold time 9; keepalive time 3; connect retry time 1; connect delay time 1;"
          + " error wait time 1, 2;";

  private static String each(List<Neighbour> replicas, String protocol) {
    return replicas.stream()
        .map(r -> protocol.formatted(r.number(), r.ours(), r.address(), r.asNumber(), TIMERS))
        .collect(Collectors.joining());
  }

  private static String frrNeighbour(String address, int asNumber) {
    return """
     neighbor %1$s remote-as %2$d
     neighbor %1$s advertisement-interval 0
     neighbor %1$s timers connect 1
    """
        .formatted(address, asNumber);
  }

  /** Starts a replica's daemon; nothing is announced yet. */
  void startReplica(Host host, Path folder, Neighbour replica, String vip) {
    switch (this) {
      case BIRD, BIRD_DIRECT ->
          startBird(
              host,
              folder,
              """
              router id %1$s;
              protocol device { scan time 1; }
              %5$s
              protocol bgp up { local %1$s as %3$d; neighbor %2$s as 65000; %6$s
                ipv4 { import none; export where net = %4$s/32; next hop self; }; }
              """
                  .formatted(
                      replica.address(),
                      replica.ours(),
                      replica.asNumber(),
                      vip,
                      source(vip),
                      TIMERS));
      case FRR ->
          startFrr(
              host,
              folder,
              """
              router bgp %d
               bgp router-id %s
               no bgp ebgp-requires-policy
               timers bgp 3 9
              """
                      .formatted(replica.asNumber(), replica.address())
                  + frrNeighbour(replica.ours(), 65_000));
    }
  }

  private String source(String vip) {
    return this == BIRD
        ? "protocol static vip1 { disabled yes; ipv4; route " + vip + "/32 blackhole; }"
        : "protocol direct { ipv4; interface \"lo\"; }";
  }

  private static void startBird(Host host, Path folder, String configuration) {
    Path file = write(folder.resolve("bird.conf"), configuration);
    Path socket = folder.resolve("bird.ctl");
    host.start("bird -f -c " + file + " -s " + socket + " -P " + folder.resolve("bird.pid"));
    Await.until("the socket " + socket, () -> Files.exists(socket));
  }

  private static void startFrr(Host host, Path folder, String configuration) {
    Path file = write(folder.resolve("frr.conf"), configuration);
    host.run("chown -R frr:frr " + folder);
    for (String daemon : new String[] {"zebra", "bgpd"}) {
      host.start(
          "/usr/lib/frr/%1$s -f %2$s -z %3$s/zserv --vty_socket %3$s -i %3$s/%1$s.pid -P 0 -u frr -g frr"
              .formatted(daemon, file, folder));
      Path socket = folder.resolve(daemon + ".vty");
      Await.until("the socket " + socket, () -> Files.exists(socket));
    }
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
