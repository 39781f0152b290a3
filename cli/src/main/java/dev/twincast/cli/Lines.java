package dev.twincast.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How each event reads as text. The one place that knows the lines of the lab. */
final class Lines {
  private Lines() {}

  /** The line of an event, or "" for an event that text does not show. */
  static String of(Event event) {
    return switch (event.name()) {
      case "listening" -> "[server] listening on " + hostPort(event);
      case "connection" -> "[server] connection from " + event.text("source");
      case "draining" ->
          "[server] %s draining: %s"
              .formatted(event.text("name"), count(event.number("connections"), "connection"));
      case "reply" -> "Received: " + event.text("text");
      case "retry" ->
          "%s: %s; trying another replica".formatted(event.text("address"), event.text("reason"));
      case "failure" -> "No answer: " + event.text("reason");
      case "sent" -> sent(event);
      case "joined" ->
          "Joined multicast group %s on %s".formatted(group(event), event.text("interface"));
      case "message" -> "Received from %s: %s".formatted(event.text("source"), received(event));
      case "left" -> "Leaving multicast group " + group(event);
      case "summary" -> summary(event);
      default -> "";
    };
  }

  /** True for what belongs on standard error: it is not the data that was asked for. */
  static boolean isDiagnostic(Event event) {
    return event.is("retry") || event.is("failure");
  }

  private static String hostPort(Event event) {
    String address = event.text("address");
    return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + event.number("port");
  }

  private static String group(Event event) {
    String group = event.text("group");
    return (group.indexOf(':') >= 0 ? "[" + group + "]" : group) + ":" + event.number("port");
  }

  private static String sent(Event event) {
    return switch (event.text("kind")) {
      case "json" -> "Sent JSON: " + event.text("text");
      case "text" -> "Sent text: " + event.text("text");
      default -> "Sent binary blob (" + count(event.number("bytes"), "byte") + ")";
    };
  }

  private static String received(Event event) {
    return event.text("kind").equals("binary")
        ? "binary blob, " + count(event.number("bytes"), "byte")
        : event.text("text");
  }

  private static String summary(Event event) {
    return switch (event.text("command")) {
      case "serve" ->
          "[server] %s answered %s on %s"
              .formatted(
                  event.text("name"),
                  count(event.number("calls"), "call"),
                  count(event.number("connections"), "connection"));
      case "call" -> callSummary(event);
      case "receive" ->
          "%s from %s"
              .formatted(
                  count(event.number("messages"), "message"),
                  count(event.number("sources"), "source"));
      default -> "";
    };
  }

  private static String callSummary(Event event) {
    JsonObject replicas = event.object("replicas");
    long failed = event.number("failed");
    if (replicas.isEmpty()) {
      return "no replica answered; %d failed".formatted(failed);
    }
    String shares =
        replicas.entrySet().stream()
            .sorted(
                Comparator.comparingLong(
                        (Map.Entry<String, JsonElement> e) -> e.getValue().getAsLong())
                    .reversed())
            .map(e -> e.getKey() + " " + e.getValue().getAsLong())
            .collect(Collectors.joining(", "));
    JsonObject millis = event.object("millis");
    return String.format(
        Locale.ROOT,
        "%s answered %s: %s; %d failed; median %.1f ms, worst %.1f ms",
        count(replicas.size(), "replica"),
        count(event.number("answered"), "call"),
        shares,
        failed,
        millis.get("p50").getAsDouble(),
        millis.get("max").getAsDouble());
  }

  private static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
