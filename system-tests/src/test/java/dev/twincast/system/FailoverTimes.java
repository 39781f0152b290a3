package dev.twincast.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long it took from an event until the router's route changed. Told on standard output and in
 * {@code target/anycast-failover.md}; nothing is asserted, since a busy machine takes its time.
 */
final class FailoverTimes {
  private static final Path REPORT = Path.of("target", "anycast-failover.md");

  private final String routing;
  private final Map<String, List<Duration>> times = new LinkedHashMap<>();

  FailoverTimes(String routing) {
    this.routing = routing;
  }

  void add(String event, Duration time) {
    times.computeIfAbsent(event, _ -> new ArrayList<>()).add(time);
  }

  void tell() {
    StringBuilder table =
        new StringBuilder(
            """

            | %s: event until the route changed | times | median, ms | least | most |
            |---|---:|---:|---:|---:|
            """
                .formatted(routing));
    times.forEach((event, all) -> {
      List<Duration> sorted = all.stream().sorted().toList();
      table.append(
          "| %s | %d | %s | %s | %s |%n"
              .formatted(
                  event,
                  sorted.size(),
                  millis(sorted.get(sorted.size() / 2)),
                  millis(sorted.getFirst()),
                  millis(sorted.getLast())));
    });
    System.out.println(table);
    try {
      Files.writeString(REPORT, table, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f", time.toNanos() / 1e6);
  }
}
