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
      case "rejoined" -> "Joined again: " + event.text("reason");
      case "stats" -> stats(event);
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
      case "send" -> event.has("perSecond") ? numberedSummary(event) : "";
      case "receive" -> event.has("streams") ? measuredSummary(event) : receivedSummary(event);
      default -> "";
    };
  }

  private static String receivedSummary(Event event) {
    return "%s from %s"
        .formatted(
            count(event.number("messages"), "message"), count(event.number("sources"), "source"));
  }

  private static String stats(Event event) {
    return receivedSummary(event) + (event.has("late") ? ": " + losses(event.fields()) : "");
  }

  private static String losses(JsonObject counts) {
    return "%d lost, %d duplicates, %d reordered, %d late"
        .formatted(
            counts.get("lost").getAsLong(),
            counts.get("duplicates").getAsLong(),
            counts.get("reordered").getAsLong(),
            counts.get("late").getAsLong());
  }

  /** A line for each sender, then what the unicast control tells of the network. */
  private static String measuredSummary(Event event) {
    StringBuilder text = new StringBuilder(receivedSummary(event));
    for (JsonElement element : event.fields().getAsJsonArray("streams")) {
      JsonObject stream = element.getAsJsonObject();
      text.append(
          "%n%s: %d received, %s; jitter %s ms, delay spread %s ms"
              .formatted(
                  stream.get("source").getAsString(),
                  stream.get("received").getAsLong(),
                  losses(stream),
                  stream.get("jitterMillis").getAsString(),
                  stream.get("delaySpreadMillis").getAsString()));
    }
    if (event.has("control")) {
      JsonObject control = event.object("control");
      text.append(
          "%nby unicast: %s, %s"
              .formatted(count(control.get("messages").getAsLong(), "message"), losses(control)));
      text.append(verdict(event.number("messages"), control.get("messages").getAsLong()));
    }
    return text.toString();
  }

  private static String verdict(long multicast, long unicast) {
    if (multicast == 0 && unicast > 0) {
      return "%nthe network works, multicast does not: look at IGMP snooping, rp_filter, firewalls"
          .formatted();
    }
    return multicast == 0 ? "%nnothing came by either way: the network is down".formatted() : "";
  }

  private static String numberedSummary(Event event) {
    return "Sent %s, %d bytes, in %s s: %d/s"
        .formatted(
            count(event.number("messages"), "datagram"),
            event.number("bytes"),
            event.text("seconds"),
            event.number("perSecond"));
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
