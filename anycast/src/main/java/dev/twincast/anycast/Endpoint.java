package dev.twincast.anycast;

import java.net.InetAddress;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Where a service is: a host and a TCP port.
 *
 * @param host a name, or an IPv4 or IPv6 address; an IPv6 address has no brackets here
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {

  // Wider than DNS (container names have underscores); the look-up has the last word.
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]{0,252}");
  private static final Pattern ALMOST_IPV4 = Pattern.compile("[0-9.]+");
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final Pattern PORT = Pattern.compile("[0-9]{1,9}");

  /**
   * An endpoint of a valid host and port.
   *
   * @throws IllegalArgumentException if the host is neither a name nor an address, or the port is
   *     outside 1 to 65535
   */
  public Endpoint {
    if (!isAddress(host) && !isName(host)) {
      throw new IllegalArgumentException(
          "\"" + host + "\" is not a host (expected a name, an IPv4 or an IPv6 address)");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is outside 1 to 65535");
    }
  }

  /**
   * Reads {@code HOST:PORT} or {@code [IPV6]:PORT}.
   *
   * @throws IllegalArgumentException says what is wrong and what is expected
   */
  public static Endpoint parse(String text) {
    return parse(text, OptionalInt.empty());
  }

  /**
   * Reads {@code HOST}, {@code HOST:PORT}, {@code [IPV6]}, {@code [IPV6]:PORT} or a bare {@code
   * IPV6}.
   *
   * @param defaultPort the port where the text names none
   * @throws IllegalArgumentException says what is wrong and what is expected
   */
  public static Endpoint parse(String text, int defaultPort) {
    return parse(text, OptionalInt.of(defaultPort));
  }

  /** {@code HOST:PORT}, or {@code [IPV6]:PORT}; {@link #parse(String)} reads it back. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** True when the host is an address, so that there is nothing to look up. */
  boolean isLiteral() {
    return isAddress(host);
  }

  private static Endpoint parse(String text, OptionalInt defaultPort) {
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      String host = end < 0 ? "" : text.substring(1, end);
      if (!host.contains(":")) {
        throw wrong(text, "brackets are for an IPv6 address", "[IPV6]:PORT, such as [::1]:5000");
      }
      return of(text, host, text.substring(end + 1), defaultPort);
    }
    int colon = text.indexOf(':');
    if (colon < 0) {
      return of(text, text, "", defaultPort);
    }
    if (colon != text.lastIndexOf(':')) {
      if (!isAddress(text)) {
        throw wrong(text, "neither an IPv6 address nor a host", "HOST:PORT or [IPV6]:PORT");
      }
      return of(text, text, "", defaultPort);
    }
    return of(text, text.substring(0, colon), text.substring(colon), defaultPort);
  }

  /** Of a host and what follows it: nothing, or a colon and the port. */
  private static Endpoint of(String text, String host, String rest, OptionalInt defaultPort) {
    if (host.isEmpty()) {
      throw wrong(text, "no host", "HOST:PORT, such as app.example:5000");
    }
    if (rest.isEmpty() && defaultPort.isEmpty()) {
      String example = (host.contains(":") ? "[" + host + "]" : host) + ":5000";
      throw wrong(text, "no port", "HOST:PORT, such as " + example);
    }
    if (!rest.isEmpty() && !(rest.startsWith(":") && PORT.matcher(rest.substring(1)).matches())) {
      throw wrong(text, "the port is not a number", "HOST:PORT, such as app.example:5000");
    }
    int port = rest.isEmpty() ? defaultPort.getAsInt() : Integer.parseInt(rest.substring(1));
    try {
      return new Endpoint(host, port);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"" + text + "\": " + e.getMessage(), e);
    }
  }

  private static IllegalArgumentException wrong(String text, String what, String expected) {
    return new IllegalArgumentException(
        "\"" + text + "\": " + what + " (expected " + expected + ")");
  }

  private static boolean isName(String host) {
    // All digits and dots is an address with a slip in it, not a name; the JDK would read 5000 as
    // 0.0.19.136.
    return NAME.matcher(host).matches() && !ALMOST_IPV4.matcher(host).matches();
  }

  private static boolean isAddress(String host) {
    if (!host.contains(":") && !IPV4.matcher(host).matches()) {
      return false;
    }
    try {
      InetAddress.ofLiteral(host);
      return !host.startsWith("[");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
