package dev.twincast.feed.soup;

import dev.twincast.feed.mold.Session;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The client's first words.
 *
 * @param user at most 6 ASCII characters
 * @param password at most 10 ASCII characters
 * @param session empty: the current one, whatever its name
 * @param number that of the first message wanted; 0: only what comes from now on
 */
public record LoginRequest(String user, String password, Optional<Session> session, long number) {
  static final int USER_BYTES = 6;
  static final int PASSWORD_BYTES = 10;
  static final int BYTES = USER_BYTES + PASSWORD_BYTES + Session.BYTES + SoupWriter.NUMBER_BYTES;

  public LoginRequest {
    if (user.length() > USER_BYTES || password.length() > PASSWORD_BYTES) {
      throw new IllegalArgumentException(
          "user or password is too long: at most %d and %d characters"
              .formatted(USER_BYTES, PASSWORD_BYTES));
    }
    if (number < 0) {
      throw new IllegalArgumentException("number " + number + " is negative");
    }
  }

  static Optional<LoginRequest> read(ByteBuffer payload) {
    if (payload.remaining() != BYTES) {
      return Optional.empty();
    }
    int at = payload.position();
    int sessionAt = at + USER_BYTES + PASSWORD_BYTES;
    long number = SoupReader.readNumber(payload, sessionAt + Session.BYTES);
    Optional<Session> session = Session.read(payload, sessionAt);
    if (number < 0 || (session.isEmpty() && !SoupReader.isBlank(payload, sessionAt))) {
      return Optional.empty();
    }
    String user = text(payload, at, USER_BYTES);
    String password = text(payload, at + USER_BYTES, PASSWORD_BYTES);
    return Optional.of(new LoginRequest(user, password, session, number));
  }

  private static String text(ByteBuffer in, int index, int length) {
    byte[] bytes = new byte[length];
    in.get(index, bytes);
    return new String(bytes, StandardCharsets.US_ASCII).stripTrailing();
  }
}
