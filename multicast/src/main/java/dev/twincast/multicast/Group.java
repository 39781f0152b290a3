package dev.twincast.multicast;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GROUP:PORT, optionally %IFACE: where multicast datagrams are sent to and heard at. A pure value;
 * making one touches neither network nor name service.
 *
 * @param address a multicast address (RFC 1112 section 4, RFC 4291 section 2.7); an IPv6 scope is
 *     dropped, since the interface fills it in
 * @param port UDP port, 1 to 65535
 * @param interfaceName the interface that the writer wants, which may not exist on this host;
 *     empty: to be chosen
 */
public record Group(InetAddress address, int port, Optional<String> interfaceName) {

  public Group {
    if (!address.isMulticastAddress()) {
      throw new IllegalArgumentException(
          address.getHostAddress()
              + " is not a multicast address (IPv4: 224.0.0.0 to 239.255.255.255, IPv6: ff00::/8;"
              + " try 239.1.2.3:5000)");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is out of range (1 to 65535)");
    }
    if (interfaceName.isPresent() && interfaceName.get().isBlank()) {
      throw new IllegalArgumentException("no interface name after % (try 239.1.2.3:5000%eth0)");
    }
    address = withoutScope(address);
  }

  /**
   * Reads an address with its port: {@code 239.1.2.3:5000}, {@code [ff15::1]:5000}, either with
   * {@code %eth0} at its end, or {@code [ff02::1%eth0]:5000}. Names are not resolved.
   *
   * @throws IllegalArgumentException if the text is anything else; the message says what to type
   */
  public static Group parse(String text) {
    Parts parts = Parts.of(text);
    if (parts.host.isEmpty()) {
      throw new IllegalArgumentException("no group address in \"" + text + "\"" + EXAMPLE);
    }
    InetAddress address = parseAddress(parts.host);
    if (parts.port.isEmpty()) {
      throw new IllegalArgumentException(
          "no port in \"" + text + "\" (try " + joined(address, 5000) + ")");
    }
    return new Group(address, parsePort(parts.port), parts.interfaceName);
  }

  /**
   * As {@link #parse(String)}, and what is missing is taken from {@code defaults}: {@code
   * 239.1.2.3}, {@code :6000}, {@code 239.1.2.3%eth0}, {@code %eth0}, {@code ff15::1}, {@code
   * [ff15::1]}.
   *
   * @throws IllegalArgumentException if the text is empty or has another form
   */
  public static Group parse(String text, Group defaults) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("no group address in \"" + text + "\"" + EXAMPLE);
    }
    Parts parts = Parts.of(text);
    return new Group(
        parts.host.isEmpty() ? defaults.address : parseAddress(parts.host),
        parts.port.isEmpty() ? defaults.port : parsePort(parts.port),
        parts.interfaceName.or(defaults::interfaceName));
  }

  /**
   * Whether the text has the form of an address, right or wrong: true for {@code 192.168.1.1:5000},
   * {@code 224.1.1.1:99999}, {@code [ff15::1]}, {@code :5000} and {@code %eth0}; false for {@code
   * hello}, {@code {"a":1}} and {@code 12:30}. Tells a mistyped group from a message.
   */
  public static boolean looksLikeAddress(String text) {
    return IPV4_FORM.matcher(text).matches()
        || BRACKETED_FORM.matcher(text).matches()
        || REST_FORM.matcher(text).matches()
        || isIpv6(text.split("%", 2)[0]);
  }

  /** Whether the address is of IPv6; else it is of IPv4. */
  public boolean isIpv6() {
    return address instanceof Inet6Address;
  }

  /** The same group, on the interface of this name. */
  public Group on(String interfaceName) {
    return new Group(address, port, Optional.of(interfaceName));
  }

  /** {@code 224.1.1.1:5007} or {@code [ff15::1]:5007}: without the interface. */
  @Override
  public String toString() {
    return joined(address, port);
  }

  private static final String EXAMPLE = " (try 239.1.2.3:5000)";

  private static final Pattern IPV4_FORM = Pattern.compile("\\d+(\\.\\d+){3}(:[^\\s%]*)?(%\\S*)?");
  private static final Pattern BRACKETED_FORM =
      Pattern.compile("\\[[\\p{XDigit}.]*:[\\p{XDigit}:.]*(%[^\\]\\s]*)?](:[^\\s%]*)?(%\\S*)?");
  private static final Pattern REST_FORM =
      Pattern.compile(":-?\\d+(%\\S*)?|%[\\p{Alpha}][\\w.@-]*");

  /** A text cut at its separators. What is absent is empty. */
  private record Parts(String host, String port, Optional<String> interfaceName) {

    /** [IPv6%IFACE] or IPv6 (two colons or more) or anything; then :PORT; then %IFACE. */
    private static final Pattern FORM =
        Pattern.compile("(\\[[^]]*]|[^%:\\[]*:[^%:]*:[^%]*|[^%:\\[]*)((?::[^%]*)?)((?:%.*)?)");

    static Parts of(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) {
        throw new IllegalArgumentException("\"" + text + "\" is not GROUP:PORT" + EXAMPLE);
      }
      String host = form.group(1);
      String zone = form.group(3);
      if (host.startsWith("[")) {
        String[] inside = host.substring(1, host.length() - 1).split("(?=%)", 2);
        host = inside[0];
        zone = inside.length == 2 ? inside[1] + zone : zone;
      }
      return new Parts(
          host, form.group(2), zone.isEmpty() ? Optional.empty() : Optional.of(zone.substring(1)));
    }
  }

  private static InetAddress parseAddress(String host) {
    if (isIpv4(host) || isIpv6(host)) {
      return InetAddress.ofLiteral(host);
    }
    throw new IllegalArgumentException(
        "\"" + host + "\" is not an IP address; names are not looked up" + EXAMPLE);
  }

  private static boolean isIpv4(String host) {
    // ofLiteral also takes 239.1 for 239.0.0.1, which nobody means.
    return host.matches("\\d{1,3}(\\.\\d{1,3}){3}") && isLiteral(host);
  }

  private static boolean isIpv6(String host) {
    return host.matches("[\\p{XDigit}:.]*:[\\p{XDigit}:.]*") && isLiteral(host);
  }

  private static boolean isLiteral(String host) {
    try {
      InetAddress.ofLiteral(host);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** {@code :5000} to 5000. */
  private static int parsePort(String text) {
    String digits = text.substring(1);
    if (!digits.matches("\\d{1,5}")) {
      throw new IllegalArgumentException("port \"" + digits + "\" is not a number from 1 to 65535");
    }
    return Integer.parseInt(digits);
  }

  private static InetAddress withoutScope(InetAddress address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has a legal length", e);
    }
  }

  private static String joined(InetAddress address, int port) {
    String host = address.getHostAddress();
    return (address instanceof Inet6Address ? "[" + shortened(host) + "]" : host) + ":" + port;
  }

  /**
   * The longest run of zeros becomes {@code ::} (RFC 5952 section 4.2); a group has none in front.
   */
  private static String shortened(String ipv6) {
    for (int zeros = 7; zeros >= 2; zeros--) {
      String shorter = ipv6.replaceFirst("(:0){" + zeros + "}(:|$)", "::");
      if (!shorter.equals(ipv6)) {
        return shorter;
      }
    }
    return ipv6;
  }
}
