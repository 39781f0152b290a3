package dev.twincast.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How long it took from an event until the router's route changed, and how many new connections
 * failed meanwhile. Told on standard output and in {@code target/anycast-failover.md}; nothing is
 * asserted, since a busy machine takes its time.
 */
final class FailoverTimes {
  private static final Path REPORT = Path.of("target", "anycast-failover.md");

  private final String routing;
  private final Map<String, List<Duration>> times = new LinkedHashMap<>();
  private final Map<String, List<Integer>> failed = new HashMap<>();

  FailoverTimes(String routing) {
    this.routing = routing;
  }

  void add(String event, Duration time) {
    times.computeIfAbsent(event, _ -> new ArrayList<>()).add(time);
  }

  /** So many new connections failed from the event until the route had changed. */
  void addFailed(String event, int connections) {
    failed.computeIfAbsent(event, _ -> new ArrayList<>()).add(connections);
  }

  void tell() {
    StringBuilder table =
        new StringBuilder(
            """

            | %s: event until the route changed | times | median, ms | least | most | failed connections |
            |---|---:|---:|---:|---:|---|
            """
                .formatted(routing));
    times.forEach((event, all) -> {
      List<Duration> sorted = all.stream().sorted().toList();
      table.append(
          "| %s | %d | %s | %s | %s | %s |%n"
              .formatted(
                  event,
                  sorted.size(),
                  millis(sorted.get(sorted.size() / 2)),
                  millis(sorted.getFirst()),
                  millis(sorted.getLast()),
                  failures(event)));
    });
    System.out.println(table);
    try {
      Files.writeString(REPORT, table, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each time's, in order of size. */
  private String failures(String event) {
    return failed.getOrDefault(event, List.of()).stream()
        .sorted()
        .map(String::valueOf)
        .collect(Collectors.joining(" "));
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f", time.toNanos() / 1e6);
  }
}
