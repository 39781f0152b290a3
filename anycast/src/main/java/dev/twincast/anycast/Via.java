package dev.twincast.anycast;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * How an {@link Announcer} reaches the routers. {@link #parse} reads what {@code toString} writes.
 */
public sealed interface Via {

  /**
   * Through BIRD (2 or 3): one static protocol is enabled and disabled, and BGP sessions stay up.
   * Written {@code bird:SOCKET:PROTOCOL}. Ship the protocol disabled, so that nothing is announced
   * before the first successful check:
   *
   * <pre>{@code
   * protocol static vip1 { disabled yes; ipv4; route 10.99.0.1/32 blackhole; }
   * }</pre>
   *
   * @param socket BIRD's control socket, often {@code /run/bird/bird.ctl}
   * @param protocol routes announced addresses, and nothing else
   */
  record Bird(Path socket, String protocol) implements Via {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    /**
     * BIRD's protocol.
     *
     * @throws IllegalArgumentException if that cannot be the name of a protocol
     */
    public Bird {
      if (!NAME.matcher(protocol).matches()) {
        throw new IllegalArgumentException(
            "\"" + protocol + "\" cannot be the name of a protocol of BIRD");
      }
    }

    @Override
    public String toString() {
      return "bird:" + socket + ":" + protocol;
    }
  }

  /**
   * Through FRR: {@code network VIP} comes and goes in bgpd's running configuration, which is not
   * saved. Written {@code frr:VTYDIR:ASN}. With {@code bgp network import-check}, FRR's default,
   * the VIP must also be an address of this host.
   *
   * @param vtyDirectory where {@code bgpd.vty} is, often {@code /run/frr}
   * @param asNumber of the router in the default VRF, 1 to 4294967295; it must exist
   */
  record Frr(Path vtyDirectory, long asNumber) implements Via {

    /**
     * FRR's bgpd.
     *
     * @throws IllegalArgumentException if the AS number is out of range
     */
    public Frr {
      if (asNumber < 1 || asNumber > 0xffff_ffffL) {
        throw new IllegalArgumentException("AS number " + asNumber + " is not 1 to 4294967295");
      }
    }

    @Override
    public String toString() {
      return "frr:" + vtyDirectory + ":" + asNumber;
    }
  }

  /**
   * By the address itself, on a network interface, for a lease that is renewed each third of it. An
   * announcer that dies or hangs renews nothing, and the kernel takes the address away. Any routing
   * daemon redistributes it: BIRD's {@code protocol direct}, FRR's {@code redistribute connected}.
   * Written {@code address:INTERFACE}. Needs ip(8) and the right to use it.
   *
   * @param networkInterface its name, often {@code lo}
   */
  record Address(String networkInterface) implements Via {
    private static final Pattern NAME = Pattern.compile("[^\\s/-][^\\s/]{0,14}");

    /**
     * The interface of that name.
     *
     * @throws IllegalArgumentException if that cannot be the name of an interface
     */
    public Address {
      if (!NAME.matcher(networkInterface).matches()) {
        throw new IllegalArgumentException(
            "\"" + networkInterface + "\" cannot be the name of a network interface");
      }
    }

    @Override
    public String toString() {
      return "address:" + networkInterface;
    }
  }

  /**
   * Reads {@code bird:SOCKET:PROTOCOL}, {@code frr:VTYDIR:ASN} or {@code address:INTERFACE}.
   *
   * @throws IllegalArgumentException says what is wrong and what is expected
   */
  static Via parse(String text) {
    int first = text.indexOf(':');
    int last = text.lastIndexOf(':');
    String kind = first < 0 ? text : text.substring(0, first);
    String rest = first < 0 ? "" : text.substring(first + 1);
    try {
      return switch (kind) {
        case "bird" -> new Bird(path(text, first, last), text.substring(last + 1));
        case "frr" -> new Frr(path(text, first, last), number(text.substring(last + 1)));
        case "address" -> new Address(rest);
        default -> throw new IllegalArgumentException("no such way");
      };
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"%s\": %s (expected bird:SOCKET:PROTOCOL, frr:VTYDIR:ASN or address:INTERFACE, such as"
                  .formatted(text, e.getMessage())
              + " bird:/run/bird/bird.ctl:vip1)",
          e);
    }
  }

  private static Path path(String text, int first, int last) {
    if (last - first < 2) {
      throw new IllegalArgumentException("no path");
    }
    try {
      return Path.of(text.substring(first + 1, last));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("the AS number is not a number", e);
    }
  }
}
