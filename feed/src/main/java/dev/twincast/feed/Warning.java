package dev.twincast.feed;

import dev.twincast.feed.machine.PublisherEvent;
import java.util.Optional;

/** What a person should know of an event, in a sentence. */
final class Warning {
  private Warning() {}

  static Optional<String> of(PublisherEvent event) {
    return switch (event) {
      case PublisherEvent.Opened _, PublisherEvent.Acknowledged _, PublisherEvent.Ended _ ->
          Optional.empty();
      case PublisherEvent.Behind it ->
          Optional.of(
              "%s keeps messages of this session up to #%d, which were not published here: publish under another session name"
                  .formatted(Addresses.text(it.recorder()), it.next() - 1));
      case PublisherEvent.AnotherPublisher it ->
          Optional.of(
              Addresses.text(it.from())
                  + " publishes the same session: subscribers take only one of the two");
    };
  }
}
