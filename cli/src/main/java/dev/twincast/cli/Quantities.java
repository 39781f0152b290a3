package dev.twincast.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with units, as people type them. Each method throws IllegalArgumentException. */
final class Quantities {
  private static final Pattern NUMBER_AND_UNIT =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)\\s*([a-zA-Z%/]*)");

  private static final Map<String, Double> NANOSECONDS =
      Map.of("us", 1e3, "ms", 1e6, "", 1e9, "s", 1e9, "m", 60e9, "h", 3600e9);
  private static final Map<String, Double> BYTES =
      Map.of("", 1.0, "b", 1.0, "k", 1024.0, "m", 1048576.0, "g", 1073741824.0);
  private static final Map<String, Double> PER_SECOND =
      Map.of("", 1.0, "/s", 1.0, "k/s", 1e3, "m/s", 1e6);
  private static final Map<String, Double> BITS_PER_SECOND =
      Map.of("bit/s", 1.0, "kbit/s", 1e3, "mbit/s", 1e6, "gbit/s", 1e9);
  private static final Map<String, Double> PERCENT = Map.of("", 1.0, "%", 1.0);

  private Quantities() {}

  /** {@code 100ms}, {@code 2s}, {@code 1.5m}; without a unit: seconds. */
  static Duration duration(String text) {
    return Duration.ofNanos(
        (long) parse(text, NANOSECONDS, 365 * 86_400e9, "a duration such as 100ms, 2s or 1m"));
  }

  /** {@code 1024}, {@code 64K}, {@code 4M}; units of 1024. */
  static int bytes(String text) {
    return (int) parse(text, BYTES, Integer.MAX_VALUE, "a size such as 1024, 64K or 4M");
  }

  /** 1 to 65535. */
  static int port(String text) {
    if (text.matches("\\d{1,5}")
        && Integer.parseInt(text) >= 1
        && Integer.parseInt(text) <= 65_535) {
      return Integer.parseInt(text);
    }
    throw new IllegalArgumentException("'" + text + "' is not a port, 1 to 65535");
  }

  /** {@code 100} or {@code 100/s}: how many in a second. */
  static double perSecond(String text) {
    return parse(text, PER_SECOND, 1e9, "a rate such as 100/s or 10Mbit/s");
  }

  /** {@code 10Mbit/s}; units of 1000. */
  static double bitsPerSecond(String text) {
    return parse(text, BITS_PER_SECOND, 1e12, "a rate such as 500Kbit/s or 10Mbit/s");
  }

  /** {@code 5} or {@code 5%}, from 0 to 100. */
  static double percent(String text) {
    return parse(text, PERCENT, 100, "a percentage from 0 to 100");
  }

  private static double parse(
      String text, Map<String, Double> units, double largest, String expected) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
    if (matcher.matches()) {
      Double factor = units.get(matcher.group(2).toLowerCase(Locale.ROOT));
      if (factor != null) {
        double value = Double.parseDouble(matcher.group(1)) * factor;
        if (value <= largest) {
          return value;
        }
      }
    }
    throw new IllegalArgumentException("'" + text + "' is not " + expected);
  }
}
