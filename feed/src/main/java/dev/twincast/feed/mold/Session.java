package dev.twincast.feed.mold;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The name of a numbered stream of messages: 1 to 10 printable ASCII characters, without spaces at
 * either end.
 */
public record Session(String name) {
  /** Length on the wire. */
  public static final int BYTES = 10;

  public Session {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "session \"%s\" is no name: 1 to 10 printable ASCII characters, no space at either end"
              .formatted(name));
    }
  }

  private static boolean isName(String name) {
    if (name.isEmpty() || name.length() > BYTES || name.startsWith(" ") || name.endsWith(" ")) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) < ' ' || name.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  /** Reads the ten bytes at an index, padded on either side; empty if they hold no name. */
  public static Optional<Session> read(ByteBuffer in, int index) {
    int from = index;
    int to = index + BYTES;
    while (from < to && in.get(from) == ' ') {
      from++;
    }
    while (to > from && in.get(to - 1) == ' ') {
      to--;
    }
    if (from == to) {
      return Optional.empty();
    }
    var name = new StringBuilder(BYTES);
    for (int i = from; i < to; i++) {
      byte c = in.get(i);
      if (c < ' ' || c > '~') {
        return Optional.empty();
      }
      name.append((char) c);
    }
    return Optional.of(new Session(name.toString()));
  }

  /** Whether the ten bytes at an index are this name, padded right. Allocates nothing. */
  public boolean isAt(ByteBuffer in, int index) {
    for (int i = 0; i < BYTES; i++) {
      if (in.get(index + i) != padded(i)) {
        return false;
      }
    }
    return true;
  }

  /** Writes the name, padded right (MoldUDP64). */
  public void putPaddedRight(ByteBuffer out) {
    for (int i = 0; i < BYTES; i++) {
      out.put(padded(i));
    }
  }

  /** Writes the name, padded left (SoupBinTCP). */
  public void putPaddedLeft(ByteBuffer out) {
    int padding = BYTES - name.length();
    for (int i = 0; i < BYTES; i++) {
      out.put(i < padding ? (byte) ' ' : (byte) name.charAt(i - padding));
    }
  }

  private byte padded(int i) {
    return i < name.length() ? (byte) name.charAt(i) : (byte) ' ';
  }

  @Override
  public String toString() {
    return name;
  }
}
