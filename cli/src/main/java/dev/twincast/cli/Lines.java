package dev.twincast.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/** How each event reads as text. The one place that knows the lines of the lab. */
final class Lines {
  private Lines() {}

  /** The line of an event, or "" for an event that text does not show. */
  static String of(Event event) {
    return switch (event.name()) {
      case "listening" -> listening(event);
      case "connection" -> "[server] connection from " + event.text("source");
      case "draining" ->
          "[server] %s draining: %s"
              .formatted(event.text("name"), count(event.number("connections"), "connection"));
      case "reply" -> "Received: " + event.text("text");
      case "retry" ->
          "%s: %s; trying another replica".formatted(event.text("address"), event.text("reason"));
      case "failure" -> "No answer: " + event.text("reason");
      case "announced" ->
          "%s announced via %s: %s"
              .formatted(event.text("vip"), event.text("via"), event.text("reason"));
      case "withdrawn" ->
          "%s withdrawn via %s: %s"
              .formatted(event.text("vip"), event.text("via"), event.text("reason"));
      case "check" -> event.isTrue("ok") ? "check passes" : "check fails: " + event.text("reason");
      case "held" ->
          "check passes, but announced too short a time ago: held for %s s"
              .formatted(event.text("seconds"));
      case "unreachable" ->
          "%s does not work, and is tried again: %s"
              .formatted(event.text("via"), event.text("reason"));
      case "sent" -> sent(event);
      case "joined" ->
          "Joined multicast group %s on %s".formatted(group(event), event.text("interface"));
      case "waiting" -> "Waiting: " + event.text("reason");
      case "message" ->
          event.has("number")
              ? "#%d %s".formatted(event.number("number"), received(event))
              : "Received from %s: %s".formatted(event.text("source"), received(event));
      case "rejoined" -> "Joined again: " + event.text("reason");
      case "stats" -> stats(event);
      case "interrupted" -> "Cannot send, and goes on trying: " + event.text("reason");
      case "resumed" ->
          "Sending again: %s; %s dropped"
              .formatted(event.text("reason"), count(event.number("dropped"), "message"));
      case "left" -> "Leaving multicast group " + group(event);
      case "summary" -> summary(event);
      default -> FeedLines.of(event);
    };
  }

  /** True for what belongs on standard error: it is not the data that was asked for. */
  static boolean isDiagnostic(Event event) {
    return switch (event.name()) {
      case "retry",
          "failure",
          "unreachable",
          "waiting",
          "interrupted",
          "resumed",
          "warning",
          "gap",
          "repaired",
          "replay",
          "lost" ->
          true;
      default -> false;
    };
  }

  private static String listening(Event event) {
    return event.has("address")
        ? "[server] listening on " + hostPort(event)
        : "Listening on UDP port " + event.number("port");
  }

  private static String hostPort(Event event) {
    String address = event.text("address");
    return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + event.number("port");
  }

  static String group(Event event) {
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
      case "call" -> CallLines.summary(event);
      case "announce" ->
          "%s, %s"
              .formatted(
                  count(event.number("announcements"), "announcement"),
                  count(event.number("withdrawals"), "withdrawal"));
      case "send" -> event.has("perSecond") ? numberedSummary(event) : unsent(event);
      case "receive" -> event.has("streams") ? measuredSummary(event) : receivedSummary(event);
      case "publish" -> FeedLines.published(event.fields());
      case "subscribe" -> FeedLines.subscribed(event.fields());
      case "record" -> FeedLines.recorded(event.fields());
      default -> "";
    };
  }

  private static String receivedSummary(Event event) {
    return "%s from %s%s"
        .formatted(
            count(event.number("messages"), "message"),
            count(event.number("sources"), "source"),
            simulatedLoss(event.fields()));
  }

  /** What was thrown away on purpose, if anything was. */
  static String simulatedLoss(JsonObject counts) {
    long dropped = counts.has("simulatedDrops") ? counts.get("simulatedDrops").getAsLong() : 0;
    return dropped > 0 ? "; simulated loss of " + count(dropped, "datagram") : "";
  }

  private static String stats(Event event) {
    if (event.has("answered")) {
      return CallLines.shares(event);
    }
    if (event.has("live")) {
      return FeedLines.subscribed(event.fields());
    }
    if (event.has("acknowledged")) {
      return FeedLines.published(event.fields());
    }
    if (event.has("sessions")) {
      return FeedLines.recorded(event.fields());
    }
    return receivedSummary(event) + (event.has("streams") ? streams(event) : "");
  }

  private static String losses(JsonObject counts) {
    return "%d lost, %d duplicates, %d reordered, %d late"
        .formatted(
            counts.get("lost").getAsLong(),
            counts.get("duplicates").getAsLong(),
            counts.get("reordered").getAsLong(),
            counts.get("late").getAsLong());
  }

  /** The senders, then what the unicast control tells of the network. */
  private static String measuredSummary(Event event) {
    StringBuilder text = new StringBuilder(receivedSummary(event) + streams(event));
    if (event.has("control")) {
      JsonObject control = event.object("control");
      text.append(
          "%nby unicast: %s, %s"
              .formatted(count(control.get("messages").getAsLong(), "message"), losses(control)));
      text.append(verdict(event.number("messages"), control.get("messages").getAsLong()));
    }
    return text.toString();
  }

  /** A line for each sender. */
  private static String streams(Event event) {
    StringBuilder text = new StringBuilder();
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
    return "Sent %s, %d bytes, in %s s: %d/s%s"
        .formatted(
            count(event.number("messages"), "datagram"),
            event.number("bytes"),
            event.text("seconds"),
            event.number("perSecond"),
            event.number("dropped") > 0 ? "; " + unsent(event) : "");
  }

  private static String unsent(Event event) {
    long dropped = event.number("dropped");
    return dropped == 0 ? "" : count(dropped, "message") + " could not be sent";
  }

  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
