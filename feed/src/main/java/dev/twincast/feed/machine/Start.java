package dev.twincast.feed.machine;

import dev.twincast.feed.mold.Session;
import java.util.Optional;

/** Where a subscriber begins. */
public sealed interface Start {

  /**
   * With the first message heard live.
   *
   * @param session empty: of whatever session is heard first
   */
  record Live(Optional<Session> session) implements Start {}

  /**
   * With a number: 1 for all, or a stored position. Is replayed even if nothing is heard live.
   *
   * @param session empty: of whatever session is heard first, or the recorder calls current
   */
  record At(Optional<Session> session, long number) implements Start {
    public At {
      if (number < 1) {
        throw new IllegalArgumentException("messages are numbered from 1, not from " + number);
      }
    }
  }

  Optional<Session> session();
}
