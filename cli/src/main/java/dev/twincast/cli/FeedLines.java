package dev.twincast.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.stream.Collectors;

/** How the events of {@code publish}, {@code subscribe} and {@code record} read as text. */
final class FeedLines {
  private FeedLines() {}

  /** The line of an event, or "" for one that is not the feed's. */
  static String of(Event event) {
    return switch (event.name()) {
      case "publishing" ->
          "Publishing session %s to %s on %s, from #%d; who missed something asks %s"
              .formatted(
                  event.text("session"),
                  Lines.group(event),
                  event.text("interface"),
                  event.number("from"),
                  event.text("recorder"));
      case "published" -> published(event);
      case "recording" ->
          "Recording session %s from #%d".formatted(event.text("session"), event.number("from"));
      case "gap" -> "Missing " + range(event);
      case "repaired" -> "Repaired %s by %s".formatted(range(event), event.text("by"));
      case "replay" -> "Replaying from #" + event.number("from");
      case "lost" -> "Lost %s: %s".formatted(range(event), event.text("reason"));
      case "end" ->
          event.has("session")
              ? "Session %s has ended".formatted(event.text("session"))
              : "The session has ended";
      case "file" -> "";
      case "received" ->
          "Received file %s (%s)"
              .formatted(event.text("path"), Lines.count(event.number("bytes"), "byte"));
      case "refused" -> "Refused file %s: %s".formatted(event.text("name"), event.text("reason"));
      case "failed" -> "File %s: %s".formatted(event.text("name"), event.text("reason"));
      case "warning" -> "Warning: " + event.text("reason");
      default -> "";
    };
  }

  private static String published(Event event) {
    String what = event.has("file") ? event.text("file") + " as " : "";
    return "Published " + what + range(event);
  }

  private static String range(Event event) {
    long from = event.number("from");
    long to = event.number("to");
    return from == to ? "#" + from : "#" + from + "-" + to;
  }

  static String published(JsonObject summary) {
    return "%s, %s repaired on %s, %s%s"
        .formatted(
            Lines.count(summary.get("messages").getAsLong(), "message"),
            summary.get("repaired").getAsLong(),
            Lines.count(summary.get("requests").getAsLong(), "request"),
            Lines.count(summary.get("replays").getAsLong(), "replay"),
            summary.has("complete")
                ? "; "
                    + complete(
                        summary.get("complete").getAsLong(), summary.get("receivers").getAsLong())
                : "");
  }

  /** How many receivers have everything, of how many. */
  static String complete(long complete, long receivers) {
    return "%d of %s %s everything"
        .formatted(complete, Lines.count(receivers, "receiver"), receivers == 1 ? "has" : "have");
  }

  static String subscribed(JsonObject summary) {
    String by =
        summary.getAsJsonObject("repaired").entrySet().stream()
            .map((Map.Entry<String, JsonElement> it) ->
                it.getValue().getAsLong() + " by " + it.getKey())
            .collect(Collectors.joining(", "));
    return "%s: %d live, %s, %d replayed; %d lost, %s%s"
        .formatted(
            Lines.count(summary.get("messages").getAsLong(), "message"),
            summary.get("live").getAsLong(),
            by.isEmpty() ? "0 repaired" : "repaired " + by,
            summary.get("replayed").getAsLong(),
            summary.get("lost").getAsLong(),
            Lines.count(summary.get("duplicates").getAsLong(), "duplicate"),
            drops(summary));
  }

  static String recorded(JsonObject summary) {
    return "%s of %s kept; %s repaired on %s, %s; %d lost, %d healed%s"
        .formatted(
            Lines.count(summary.get("messages").getAsLong(), "message"),
            Lines.count(summary.get("sessions").getAsLong(), "session"),
            summary.get("repaired").getAsLong(),
            Lines.count(summary.get("requests").getAsLong(), "request"),
            Lines.count(summary.get("replays").getAsLong(), "replay"),
            summary.get("lost").getAsLong(),
            summary.get("healed").getAsLong(),
            drops(summary));
  }

  private static String drops(JsonObject summary) {
    long kernel = summary.get("kernelDrops").getAsLong();
    return (kernel < 0 ? "" : "; the kernel dropped " + kernel) + Lines.simulatedLoss(summary);
  }
}
