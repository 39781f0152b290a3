package dev.twincast.feed.soup;

import dev.twincast.feed.mold.Session;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What the server says to a login.
 *
 * @param number that of the first message to come
 */
public record LoginAccepted(Session session, long number) {
  static final int BYTES = Session.BYTES + SoupWriter.NUMBER_BYTES;

  static Optional<LoginAccepted> read(ByteBuffer payload) {
    if (payload.remaining() != BYTES) {
      return Optional.empty();
    }
    int at = payload.position();
    long number = SoupReader.readNumber(payload, at + Session.BYTES);
    return number < 1
        ? Optional.empty()
        : Session.read(payload, at).map(session -> new LoginAccepted(session, number));
  }
}
