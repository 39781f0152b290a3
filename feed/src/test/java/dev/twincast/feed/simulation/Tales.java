package dev.twincast.feed.simulation;

import dev.twincast.feed.machine.Message;
import dev.twincast.feed.machine.Range;
import dev.twincast.feed.machine.SubscriberEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What events read like in a trace. */
final class Tales {
  private Tales() {}

  static String delivered(long number, ByteBuffer bytes) {
    return "delivers #%d %s".formatted(number, StandardCharsets.UTF_8.decode(bytes.duplicate()));
  }

  static String of(SubscriberEvent event) {
    return switch (event) {
      case Message message -> delivered(message.number(), message.bytes());
      case SubscriberEvent.Lost(Range range, var reason) -> "loses " + range + ", " + reason;
      case SubscriberEvent.Ended(var session, long next) ->
          "sees the end of " + session + ", next #" + next;
      case SubscriberEvent.Began(var session, long number) ->
          "begins with " + session + " #" + number;
      case SubscriberEvent.GapSeen(Range range) -> "misses " + range;
      case SubscriberEvent.Repaired(Range range, _, var by, _) ->
          "gets " + range + " from " + by.getHostString();
      case SubscriberEvent.ReplayNeeded(long from) -> "wants a replay from #" + from;
      case SubscriberEvent.Joined(long next) -> "has joined the live stream, next #" + next;
      case SubscriberEvent.OtherSession(var session, var from) ->
          "hears another session: " + session + " of " + from.getHostString();
      case SubscriberEvent.AnotherPublisher(var from) ->
          "hears another publisher: " + from.getHostString();
      case SubscriberEvent.PublisherMoved(var from, var to) ->
          "hears that the publisher moved from %s to %s"
              .formatted(from.getHostString(), to.getHostString());
      case SubscriberEvent.WentBack(var publisher, long highest, long announced) ->
          "hears %s count from #%d again, expects #%d"
              .formatted(publisher.getHostString(), announced, highest);
    };
  }
}
