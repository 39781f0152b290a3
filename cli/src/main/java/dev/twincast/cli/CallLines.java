package dev.twincast.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How the counts of {@code call} read as text. */
final class CallLines {

  /** From here on the lab's one line is followed by shares and percentiles. */
  private static final long MANY_CALLS = 100;

  private CallLines() {}

  /** The lab's line, and below it what else there is to say. */
  static String summary(Event event) {
    JsonObject replicas = event.object("replicas");
    long answered = event.number("answered");
    long failed = event.number("failed");
    StringBuilder text = new StringBuilder();
    if (replicas.isEmpty()) {
      text.append("no replica answered; %d failed".formatted(failed));
    } else {
      JsonObject millis = event.object("millis");
      text.append(
          String.format(
              Locale.ROOT,
              "%s answered %s: %s; %d failed; median %.1f ms, worst %.1f ms",
              Lines.count(replicas.size(), "replica"),
              Lines.count(answered, "call"),
              counts(replicas),
              failed,
              number(millis, "p50"),
              number(millis, "max")));
    }
    if (answered >= MANY_CALLS) {
      text.append(System.lineSeparator()).append(distribution(event));
    }
    text.append(repairs(event)).append(reasons(event));
    return text.toString();
  }

  /** {@code 1200 calls: a41f 34.1 %, ...; 3 failed; p50 0.6 ms, p99 2.1 ms}. */
  static String shares(Event event) {
    JsonObject millis = event.object("millis");
    return String.format(
        Locale.ROOT,
        "%s: %s; %d failed; %s; p50 %.1f ms, p99 %.1f ms",
        Lines.count(event.number("answered"), "call"),
        percentages(event),
        event.number("failed"),
        Lines.count(event.number("flips"), "flip"),
        number(millis, "p50"),
        number(millis, "p99"));
  }

  private static String distribution(Event event) {
    JsonObject millis = event.object("millis");
    String expected = "";
    if (event.has("expected")) {
      JsonObject range = event.object("expected");
      expected =
          String.format(
              Locale.ROOT,
              " (by chance %.1f to %.1f %% in 95 of 100 cases)",
              percent(number(range, "least"), event.number("answered")),
              percent(number(range, "most"), event.number("answered")));
    }
    return String.format(
        Locale.ROOT,
        "shares: %s%s; %s%nlatency: p50 %.1f, p90 %.1f, p99 %.1f, p99.9 %.1f, max %.1f ms",
        percentages(event),
        expected,
        Lines.count(event.number("flips"), "flip"),
        number(millis, "p50"),
        number(millis, "p90"),
        number(millis, "p99"),
        number(millis, "p999"),
        number(millis, "max"));
  }

  private static String repairs(Event event) {
    long retried = event.has("retried") ? event.number("retried") : 0;
    long hedged = event.has("hedged") ? event.number("hedged") : 0;
    return retried + hedged == 0
        ? ""
        : "%n%d retried on another replica, %d hedged".formatted(retried, hedged);
  }

  private static String reasons(Event event) {
    return event.has("failures")
        ? sorted(event.object("failures")).stream()
            .map(e -> "%nfailed %d x: %s".formatted(e.getValue().getAsLong(), e.getKey()))
            .collect(Collectors.joining())
        : "";
  }

  private static String counts(JsonObject replicas) {
    return sorted(replicas).stream()
        .map(e -> e.getKey() + " " + e.getValue().getAsLong())
        .collect(Collectors.joining(", "));
  }

  private static String percentages(Event event) {
    long answered = event.number("answered");
    return sorted(event.object("replicas")).stream()
        .map(e ->
            String.format(
                Locale.ROOT,
                "%s %.1f %%",
                e.getKey(),
                percent(e.getValue().getAsDouble(), answered)))
        .collect(Collectors.joining(", "));
  }

  private static List<Map.Entry<String, JsonElement>> sorted(JsonObject counts) {
    return counts.entrySet().stream()
        .sorted(
            Comparator.comparingLong((Map.Entry<String, JsonElement> e) -> e.getValue().getAsLong())
                .reversed())
        .toList();
  }

  private static double percent(double count, long all) {
    return all == 0 ? 0 : 100 * count / all;
  }

  private static double number(JsonObject object, String name) {
    return object.get(name).getAsDouble();
  }
}
