package dev.twincast.feed.journal;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose messages a file keeps, and from which number on, as its name says: {@code
 * photos-00000000000000000001.journal}.
 *
 * <p>Small letters, digits and {@code -} of the session stand for themselves, {@code _a} for a
 * capital A, and {@code =2f} for any other character, by its code. So no name leaves the directory,
 * means something to a shell, or is another's where case does not count.
 *
 * @param session 1 to 10 printable ASCII characters
 * @param first 1 or more
 */
record SegmentName(String session, long first) {
  private static final String SUFFIX = ".journal";
  private static final Pattern FILE = Pattern.compile("([a-z0-9_=-]+)-([0-9]{20})\\.journal");
  private static final Pattern ENCODED = Pattern.compile("[a-z0-9-]|_[a-z]|=[0-9a-f]{2}");

  SegmentName {
    if (!isSession(session)) {
      throw new IllegalArgumentException(
          "\"" + session + "\" is not a session (expected 1 to 10 printable ASCII characters)");
    }
    if (first < 1) {
      throw new IllegalArgumentException("message numbers begin at 1, not at " + first);
    }
  }

  static boolean isSession(String session) {
    return !session.isEmpty()
        && session.length() <= 10
        && session.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  /** The name a file has, if it is one of a journal. */
  static Optional<SegmentName> parse(String file) {
    Matcher matcher = FILE.matcher(file);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      var name = new SegmentName(decode(matcher.group(1)), Long.parseLong(matcher.group(2)));
      // Only one spelling of a session is a session's.
      return name.toString().equals(file) ? Optional.of(name) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The file's name. */
  @Override
  public String toString() {
    return encode(session) + "-" + "%020d".formatted(first) + SUFFIX;
  }

  private static String encode(String session) {
    var name = new StringBuilder();
    for (byte b : session.getBytes(StandardCharsets.US_ASCII)) {
      char c = (char) b;
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-') {
        name.append(c);
      } else if (c >= 'A' && c <= 'Z') {
        name.append('_').append((char) (c - 'A' + 'a'));
      } else {
        name.append('=').append(HexFormat.of().toHexDigits(b));
      }
    }
    return name.toString();
  }

  private static String decode(String encoded) {
    return ENCODED
        .matcher(encoded)
        .replaceAll(match -> Matcher.quoteReplacement(decodeOne(match.group())));
  }

  private static String decodeOne(String encoded) {
    char c =
        switch (encoded.charAt(0)) {
          case '_' -> (char) (encoded.charAt(1) - 'a' + 'A');
          case '=' -> (char) HexFormat.fromHexDigits(encoded, 1, 3);
          default -> encoded.charAt(0);
        };
    return String.valueOf(c);
  }
}
