package dev.twincast.feed.files;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which names of files are sent and received: those that are one harmless file on any system. */
final class FileName {
  /** In UTF-8. Systems allow 255, of which the rest is for telling equal names apart. */
  static final int MAX_BYTES = 240;

  private static final Pattern FORBIDDEN =
      Pattern.compile("[/\\\\:*?\"<>|\\p{Cntrl}\\x{80}-\\x{9f}]");

  /** Characters that turn the direction of writing: a name could be read as another. */
  private static final Pattern TURNING = Pattern.compile("[\\u202a-\\u202e\\u2066-\\u2069]");

  /** Windows: these are devices, with any extension and in any case. */
  private static final Pattern DEVICE =
      Pattern.compile("(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\\$|conout\\$) *(\\..*)?");

  private FileName() {}

  /** Why a name is refused; nothing if it is not. */
  static Optional<String> refusal(String name) {
    if (name.isEmpty()) {
      return Optional.of("it has no name");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      return Optional.of("its name is longer than " + MAX_BYTES + " bytes");
    }
    if (name.startsWith(".")) {
      return Optional.of("its name begins with a dot");
    }
    if (FORBIDDEN.matcher(name).find() || TURNING.matcher(name).find()) {
      return Optional.of("its name has characters that a file's cannot have on every system");
    }
    if (name.endsWith(".") || name.endsWith(" ") || name.startsWith(" ")) {
      return Optional.of("its name begins or ends with a space, or ends with a dot");
    }
    if (DEVICE.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
      return Optional.of("its name is a device's on Windows");
    }
    return Optional.empty();
  }

  /** The name for another file of this name: {@code photo (2).jpg}. */
  static String numbered(String name, int number) {
    int dot = name.lastIndexOf('.');
    return dot < 0
        ? name + " (" + number + ")"
        : name.substring(0, dot) + " (" + number + ")" + name.substring(dot);
  }

  /** A name that can be shown, whatever it was. */
  static String printable(String name) {
    return TURNING.matcher(FORBIDDEN.matcher(name).replaceAll("?")).replaceAll("?");
  }
}
