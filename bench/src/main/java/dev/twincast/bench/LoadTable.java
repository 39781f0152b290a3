package dev.twincast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a server does with one core: the servers of all engines are up, and the load of {@code
 * echo.c} goes to one after the other.
 */
final class LoadTable {
  private static final List<Engine> GREETING =
      List.of(Engine.C, Engine.NIO, Engine.NETTY, Engine.THREADS, Engine.OURS);
  private static final List<Engine> ECHOING =
      Stream.concat(GREETING.stream(), Stream.of(Engine.OURS_THREADS)).toList();

  /** So many connections while warming: more than one, so that batches are compiled as well. */
  private static final int WARM_CONNECTIONS = 32;

  private final Extent extent;

  LoadTable(Extent extent) {
    this.extent = extent;
  }

  void echo() throws IOException {
    Markdown.title("Echo of 64 B, one outstanding request per connection");
    print(ECHOING, "bytes", "echo", "requests/s", 1, 32, 256);
  }

  void connect() throws IOException {
    Markdown.title("New connections: dial, read a greeting to its end, close");
    print(GREETING, "greet", "greet", "connections/s", 1, 32);
  }

  void dial() throws IOException {
    Markdown.title("New connections: dial, one echo of 64 B, close");
    print(ECHOING, "bytes", "dial", "connections/s", 1, 32);
  }

  private record Server(Engine engine, Child process, int port) {}

  private void print(
      List<Engine> engines, String serving, String load, String unit, int... connections)
      throws IOException {
    if (!Engine.C.isInstalled()) {
      throw new IOException("the load is a C program (try: apt install gcc)");
    }
    List<Server> servers = new ArrayList<>();
    try {
      for (Engine engine : engines) {
        int port = Engine.freePort();
        servers.add(new Server(engine, engine.serve(serving, port), port));
      }
      for (Server server : servers) {
        int millis = server.engine() == Engine.C ? 200 : extent.quick() ? 1500 : 4000;
        var _ = measure(server, load, WARM_CONNECTIONS, 0, millis);
      }
      for (int count : connections) {
        print(servers, load, unit, count);
      }
    } finally {
      servers.forEach(server -> server.process().close());
    }
  }

  private void print(List<Server> servers, String load, String unit, int connections)
      throws IOException {
    Turns<Server, Values> turns =
        Turns.of(
            extent.turns(8), servers, server -> Optional.of(measured(server, load, connections)));
    Server twin = servers.getFirst();
    String heading = connections == 1 ? "1 connection" : connections + " connections";
    Markdown.heading(heading, unit, "of C", "p50 µs", "p99 µs", "server CPU µs each", "of C");
    for (Server server : servers) {
      Markdown.row(
          server.engine().title,
          turns.cell(server, Values::rate, "%,.0f"),
          turns.ratio(server, twin, Values::rate),
          turns.cell(server, result -> result.number("p50") / 1e3, "%.0f"),
          turns.cell(server, result -> result.number("p99") / 1e3, "%.0f"),
          turns.cell(server, Values::cpuMicros, "%.2f"),
          turns.ratio(server, twin, Values::cpuMicros));
    }
  }

  private Values measured(Server server, String load, int connections) throws IOException {
    Values result = measure(server, load, connections, 50, extent.quick() ? 300 : 600);
    System.err.printf("%-20s %s %d: %s%n", server.engine().title, load, connections, result);
    return result;
  }

  private static Values measure(
      Server server, String load, int connections, int warmMillis, int millis) throws IOException {
    List<String> command = Engine.cProgram();
    command.addAll(
        List.of(
            "load",
            "mode=" + load,
            "port=" + server.port(),
            "server=" + server.process().pid(),
            "connections=" + connections,
            "warmup=" + warmMillis,
            "measure=" + millis));
    try (Child child = Child.start(Child.LOAD_CPU, command)) {
      return child.result();
    }
  }
}
