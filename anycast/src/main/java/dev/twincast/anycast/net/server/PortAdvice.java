package dev.twincast.anycast.net.server;

import dev.twincast.anycast.net.server.PortFacts.Listener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is risky about a port that several processes may share, and what to type against it. */
public final class PortAdvice {
  private PortAdvice() {}

  /**
   * One sentence for each risk, as things are now; reads {@code /proc} only.
   *
   * @param address where this process listens
   * @param chosen whether the port was asked for, and not any that was free
   */
  public static List<String> of(InetSocketAddress address, boolean chosen) {
    if (!SharedPort.IS_SUPPORTED) {
      return List.of();
    }
    Path proc = Path.of("/proc");
    String self = PortFacts.executable(proc.resolve("self"));
    return of(address, chosen, PortFacts.read(proc, address.getPort()), self);
  }

  static List<String> of(
      InetSocketAddress address, boolean chosen, PortFacts facts, String ownExecutable) {
    int port = address.getPort();
    List<String> advice = new ArrayList<>();
    boolean migrates = facts.migrates().orElse(true);
    if (!facts.others().isEmpty() && !migrates) {
      advice.add(
          "port %d is shared and net.ipv4.tcp_migrate_req is 0: connections queued on a process that dies are reset (try: sysctl -w net.ipv4.tcp_migrate_req=1)"
              .formatted(port));
    }
    if (chosen && isEphemeral(port, facts)) {
      advice.add(
          "port %d is in net.ipv4.ip_local_port_range, %d to %d: an outgoing connection may take it, and a replica cannot start (try: sysctl -w net.ipv4.ip_local_reserved_ports=%s)"
              .formatted(
                  port,
                  facts.ephemeral().get(0),
                  facts.ephemeral().get(1),
                  reserving(port, facts)));
    }
    for (Listener other : facts.others()) {
      boolean mixed =
          other.address().isAnyLocalAddress() != address.getAddress().isAnyLocalAddress();
      if (mixed) {
        advice.add(mixed(port, address.getAddress(), other));
      }
      other
          .program()
          .filter(program -> !program.executable().isEmpty() && !ownExecutable.isEmpty())
          .filter(program -> !program.executable().equals(ownExecutable))
          .ifPresent(program ->
              advice.add(
                  "process %d, %s, has port %d too and takes its share of the connections (try: ps -fp %1$d; another port)"
                      .formatted(program.pid(), program.executable(), port)));
    }
    return List.copyOf(advice);
  }

  private static String mixed(int port, InetAddress own, Listener other) {
    InetAddress specific = own.isAnyLocalAddress() ? other.address() : own;
    String owner = own.isAnyLocalAddress() ? "the other process" : "this one";
    return "port %d is open on %s here and on %s in another process: all that comes to %s goes to %s (try: the same --bind for all)"
        .formatted(
            port,
            own.getHostAddress(),
            other.address().getHostAddress(),
            specific.getHostAddress(),
            owner);
  }

  private static boolean isEphemeral(int port, PortFacts facts) {
    List<Integer> range = facts.ephemeral();
    return range.size() == 2
        && port >= range.get(0)
        && port <= range.get(1)
        && parts(facts).noneMatch(part -> contains(part, port));
  }

  private static Stream<String> parts(PortFacts facts) {
    return Stream.of(facts.reserved().split(",", -1)).filter(part -> !part.isEmpty());
  }

  /** {@code 8080}, or {@code 9148-9150}. */
  private static boolean contains(String part, int port) {
    String[] ends = part.split("-", 2);
    try {
      return port >= Integer.parseInt(ends[0]) && port <= Integer.parseInt(ends[ends.length - 1]);
    } catch (NumberFormatException e) {
      return false; // not the format that we know
    }
  }

  private static String reserving(int port, PortFacts facts) {
    return facts.reserved().isEmpty() ? "" + port : facts.reserved() + "," + port;
  }
}
