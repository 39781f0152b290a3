package dev.twincast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an application sees of it when one of three servers is killed or frozen: 48 workers ask
 * every 5 ms each, through contenders that stand between them and the servers.
 */
final class FailureTable {
  private static final int SERVERS = 3;
  private static final int MILLIS = 4_400;
  private static final int LONG_MILLIS = 11_000;

  private static final Contender OURS = Contender.of("ours", "ours", "plain");
  private static final List<Contender> OTHERS =
      Stream.concat(
              withoutLibrary("keep").stream(),
              Stream.of(
                  Contender.grpc("grpc-java round_robin", "plain"),
                  Contender.grpc("grpc-java round_robin, retry policy", "retry")))
          .toList();

  private final Extent extent;

  FailureTable(Extent extent) {
    this.extent = extent;
  }

  /**
   * How workers reach the servers.
   *
   * @param client the word of {@link Program} that asks, and its mode
   * @param proxy in between
   * @param isLong runs until it has asked 100,000 times
   */
  private record Contender(
      String title,
      String client,
      String mode,
      Engine servers,
      boolean sharesPort,
      @Nullable Proxy proxy,
      boolean isLong) {

    static Contender of(String title, String client, String mode) {
      return new Contender(title, client, mode, Engine.plain(), false, null, false);
    }

    static Contender through(Proxy proxy, String mode) {
      return new Contender(proxy.title, "naive", mode, Engine.plain(), false, proxy, false);
    }

    static Contender grpc(String title, String mode) {
      return new Contender(title, "grpc", mode, Engine.GRPC, false, null, false);
    }

    /** Ours, with servers of ours. */
    static Contender untilHundredThousand(String title, boolean sharesPort) {
      return new Contender(title, "ours", "plain", Engine.OURS, sharesPort, null, true);
    }
  }

  void kill() throws IOException {
    Markdown.title("SIGKILL of 1 of 3 under load, connections kept");
    print(Blow.KILL, OTHERS, List.of(OURS));
  }

  /** On servers of ours, at two levels, until 100,000 calls. */
  void killLong() throws IOException {
    Markdown.title("SIGKILL of 1 of 3 servers of ours under load, until 100,000 calls");
    print(
        Blow.KILL,
        List.of(),
        List.of(
            Contender.untilHundredThousand("ours, three addresses", false),
            Contender.untilHundredThousand("ours, one port (SO_REUSEPORT)", true)));
  }

  void killFresh() throws IOException {
    Markdown.title("SIGKILL of 1 of 3 under load, a connection per request");
    print(Blow.KILL, withoutLibrary("fresh"), List.of(Contender.of("ours", "ours", "fresh")));
  }

  void freeze() throws IOException {
    Markdown.title("SIGSTOP of 1 of 3 under load, connections kept");
    print(
        Blow.FREEZE,
        OTHERS,
        List.of(
            Contender.of("ours, never hedging", "ours", "single"),
            OURS,
            Contender.of("ours, hedging after 30 ms", "ours", "hedge")));
  }

  /** What happens to one of the servers. */
  private enum Blow {
    KILL,
    FREEZE;

    void strike(Child server) throws IOException {
      switch (this) {
        case KILL -> server.kill();
        case FREEZE -> server.freeze();
      }
    }
  }

  private static List<Contender> withoutLibrary(String mode) {
    return List.of(
        Contender.of("naive client", "naive", mode),
        Contender.through(Proxy.HAPROXY, mode),
        Contender.through(Proxy.HAPROXY_TUNED, mode),
        Contender.through(Proxy.NGINX, mode));
  }

  private void print(Blow blow, List<Contender> others, List<Contender> ours) throws IOException {
    List<Contender> contenders =
        Stream.concat(others.stream(), ours.stream())
            .filter(contender -> contender.proxy() == null || contender.proxy().isInstalled())
            .toList();
    Turns<Contender, Values> turns =
        Turns.of(
            extent.turns(3),
            contenders,
            contender -> {
              Values result = run(blow, contender);
              System.err.println(contender.title() + ": " + result);
              return Optional.of(result);
            });
    Markdown.heading(
        "each turn",
        "requests",
        "failed",
        "retried",
        "hedged",
        "longest stall, ms",
        "p50, µs",
        "p99, µs");
    for (Contender contender : contenders) {
      Markdown.row(
          contender.title(),
          turns.each(contender, of("measured", 1), "%,.0f"),
          turns.each(contender, of("failed", 1), "%,.0f"),
          copies(turns, contender, "retried"),
          copies(turns, contender, "hedged"),
          turns.each(contender, of("stall", 1e6), "%.0f"),
          turns.each(contender, of("p50", 1e3), "%.0f"),
          turns.each(contender, of("p99", 1e3), "%.0f"));
    }
  }

  /** Only ours tells. */
  private static String copies(Turns<Contender, Values> turns, Contender contender, String key) {
    return contender.client().equals("ours") ? turns.each(contender, of(key, 1), "%,.0f") : "–";
  }

  private Values run(Blow blow, Contender contender) throws IOException {
    List<Child> servers = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    try {
      for (int i = 0; i < SERVERS; i++) {
        if (ports.isEmpty() || !contender.sharesPort()) {
          ports.add(Engine.freePort());
        }
        servers.add(contender.servers().serve("frames", ports.getLast()));
      }
      if (contender.proxy() == null) {
        return run(blow, contender, servers, ports);
      }
      try (Proxy.Running proxy = contender.proxy().start(ports)) {
        return run(blow, contender, servers, List.of(proxy.port()));
      }
    } finally {
      servers.forEach(Child::close);
    }
  }

  private Values run(Blow blow, Contender contender, List<Child> servers, List<Integer> ports)
      throws IOException {
    int millis = contender.isLong() && !extent.quick() ? LONG_MILLIS : MILLIS;
    List<String> command = Engine.javaProgram(contender.client());
    command.addAll(
        List.of(
            "load",
            "mode=" + contender.mode(),
            "ports=" + ports.stream().map(Object::toString).collect(Collectors.joining(",")),
            "workers=48",
            "interval=5",
            "timeout=1000",
            "warmup=" + (extent.quick() ? 1000 : 2000),
            "measure=" + millis));
    try (Child client = Child.start(Child.LOAD_CPU, command)) {
      client.await("measuring");
      Kernel.sleepUntil(System.nanoTime() + millis * 250_000L);
      blow.strike(servers.get(1));
      return client.result();
    }
  }

  private static ToDoubleFunction<Values> of(String key, double unit) {
    return result -> result.number(key) / unit;
  }
}
