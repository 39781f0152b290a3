package dev.twincast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What choosing costs: a client among three servers, beside the same client with one server, and
 * with a proxy that chooses. All servers and proxies share a core; the client has another.
 */
final class ChoiceTable {
  private static final int SERVERS = 3;

  private final Extent extent;

  ChoiceTable(Extent extent) {
    this.extent = extent;
  }

  /**
   * What the client is told.
   *
   * @param serving whose CPU time counts
   */
  private record Way(String title, List<Integer> ports, List<Child> serving) {

    /** As {@link ChoiceProgram} reads it. */
    String setting() {
      return joined(ports.stream()) + ":" + joined(serving.stream().map(Child::pid));
    }

    private static String joined(Stream<? extends Number> numbers) {
      return numbers.map(Object::toString).collect(Collectors.joining(","));
    }
  }

  void print() throws IOException {
    List<Child> servers = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    List<Proxy.Running> proxies = new ArrayList<>();
    try {
      for (int i = 0; i < SERVERS; i++) {
        ports.add(Engine.freePort());
        servers.add(Engine.plain().serve("frames", ports.getLast()));
      }
      List<Way> ways = new ArrayList<>();
      ways.add(new Way("one server", ports.subList(0, 1), servers.subList(0, 1)));
      ways.add(new Way("a choice of three", ports, servers));
      for (Proxy proxy : List.of(Proxy.HAPROXY, Proxy.NGINX)) {
        if (proxy.isInstalled()) {
          Proxy.Running running = proxy.start(ports);
          proxies.add(running);
          ways.add(new Way(proxy.title, List.of(running.port()), with(servers, running)));
        }
      }
      Markdown.title("Our client's calls of 64 B: chosen by itself, or by a proxy");
      print(ways, 1, "platform");
      print(ways, 32, "platform");
      print(ways, 32, "virtual");
    } finally {
      for (Proxy.Running proxy : proxies) {
        proxy.close();
      }
      servers.forEach(Child::close);
    }
  }

  private static List<Child> with(List<Child> servers, Proxy.Running proxy) {
    return Stream.concat(servers.stream(), Stream.of(proxy.process())).toList();
  }

  /**
   * @param threads {@code platform} or {@code virtual}: of which kind the callers are
   */
  private void print(List<Way> ways, int callers, String threads) throws IOException {
    Turns<Way, Values> turns = measure(ways, callers, threads);
    Way direct = ways.getFirst();
    String heading = callers == 1 ? "1 caller" : callers + " callers, " + threads + " threads";
    Markdown.heading(
        heading,
        "calls/s",
        "of one server",
        "p50 µs",
        "p99 µs",
        "CPU µs of servers and proxy each");
    for (Way way : ways) {
      Markdown.row(
          way.title(),
          turns.cell(way, Values::rate, "%,.0f"),
          turns.ratio(way, direct, Values::rate),
          turns.cell(way, result -> result.number("p50") / 1e3, "%.0f"),
          turns.cell(way, result -> result.number("p99") / 1e3, "%.0f"),
          turns.cell(way, Values::cpuMicros, "%.2f"));
    }
  }

  /** In one process, which is warm after the first turns. */
  private Turns<Way, Values> measure(List<Way> ways, int callers, String threads)
      throws IOException {
    int rounds = extent.turns(8);
    List<String> command = Engine.javaProgram("ours");
    command.addAll(
        List.of(
            "choose",
            "ways=" + ways.stream().map(Way::setting).collect(Collectors.joining("/")),
            "workers=" + callers,
            "threads=" + threads,
            "turns=" + rounds,
            "warmup=" + (extent.quick() ? 1000 : 2000),
            "measure=" + (extent.quick() ? 300 : 600)));
    try (Child client = Child.start(Child.LOAD_CPU, command)) {
      return Turns.of(
          rounds,
          ways,
          way -> {
            Values result = client.line();
            if (result.number("failed") > 0) {
              throw new IOException("calls failed: " + result);
            }
            System.err.println(way.title() + ", " + callers + ": " + result);
            return Optional.of(result);
          });
    }
  }
}
