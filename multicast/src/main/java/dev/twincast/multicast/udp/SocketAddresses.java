package dev.twincast.multicast.udp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Between Java's addresses and C's. In memory, by netinet/in.h:
 *
 * <pre>
 *   struct sockaddr_in   0: u16 family   2: u16 port   4: in_addr (4 bytes)                       16 in all
 *   struct sockaddr_in6  0: u16 family   2: u16 port   4: u32 flow   8: in6_addr   24: u32 scope  28 in all
 * </pre>
 *
 * <p>Family and scope in the byte order of the machine, port and addresses in that of the network.
 */
final class SocketAddresses {
  /** Room for either kind. */
  static final int BYTES = 28;

  private static final int IPV4_BYTES = 16;

  private SocketAddresses() {}

  static int length(boolean ipv6) {
    return ipv6 ? BYTES : IPV4_BYTES;
  }

  /**
   * Writes an address at an offset, over zeros.
   *
   * @param ipv6 the family of the socket: an IPv4 address becomes ::ffff:a.b.c.d for it (RFC 4291
   *     section 2.5.5.2)
   * @throws IllegalArgumentException if the address is of IPv6 and the socket is not
   */
  static void write(ByteBuffer out, int offset, InetSocketAddress address, boolean ipv6) {
    byte[] bytes = address.getAddress().getAddress();
    out.putShort(offset, (short) (ipv6 ? Linux.AF_INET6 : Linux.AF_INET));
    out.putShort(offset + 2, inNetworkOrder((short) address.getPort(), out.order()));
    if (!ipv6) {
      if (bytes.length != 4) {
        throw new IllegalArgumentException(
            address.getAddress().getHostAddress() + " is of IPv6, which this host does not speak");
      }
      out.put(offset + 4, bytes);
    } else if (address.getAddress() instanceof Inet6Address scoped) {
      out.put(offset + 8, bytes);
      out.putInt(offset + 24, scoped.getScopeId());
    } else {
      out.putShort(offset + 18, (short) -1);
      out.put(offset + 20, bytes);
    }
  }

  static InetSocketAddress read(ByteBuffer in, int offset) {
    boolean ipv6 = in.getShort(offset) == Linux.AF_INET6;
    byte[] bytes = new byte[ipv6 ? 16 : 4];
    in.get(offset + (ipv6 ? 8 : 4), bytes);
    int scope = ipv6 ? in.getInt(offset + 24) : 0;
    try {
      return new InetSocketAddress(
          scope == 0
              ? InetAddress.getByAddress(bytes)
              : Inet6Address.getByAddress(null, bytes, scope),
          port(in, offset));
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has a legal length", e);
    }
  }

  static int port(ByteBuffer in, int offset) {
    return Short.toUnsignedInt(inNetworkOrder(in.getShort(offset + 2), in.order()));
  }

  private static short inNetworkOrder(short value, ByteOrder order) {
    return order == ByteOrder.BIG_ENDIAN ? value : Short.reverseBytes(value);
  }

  /**
   * The address objects of sources heard lately, so that a steady stream makes none. Two sources
   * that fall on one place push each other out: a flood of forged sources costs time, never memory.
   */
  static final class Cache {
    private static final int PLACES = 256;

    private final ByteBuffer keys =
        ByteBuffer.allocate(PLACES * BYTES).order(ByteOrder.nativeOrder());
    private final @Nullable InetSocketAddress[] values = new InetSocketAddress[PLACES];

    InetSocketAddress read(ByteBuffer in, int offset) {
      int length = in.getShort(offset) == Linux.AF_INET6 ? BYTES : IPV4_BYTES / 2;
      int place = place(in, offset, length);
      InetSocketAddress known = values[place];
      if (known != null && isEqual(in, offset, place * BYTES, length)) {
        return known;
      }
      keys.put(place * BYTES, in, offset, length);
      InetSocketAddress fresh = SocketAddresses.read(in, offset);
      values[place] = fresh;
      return fresh;
    }

    private boolean isEqual(ByteBuffer in, int offset, int key, int length) {
      for (int i = 0; i < length; i += Integer.BYTES) {
        if (in.getInt(offset + i) != keys.getInt(key + i)) {
          return false;
        }
      }
      return true;
    }

    private static int place(ByteBuffer in, int offset, int length) {
      int hash = 0;
      for (int i = 0; i < length; i += Integer.BYTES) {
        hash = (hash ^ in.getInt(offset + i)) * 0x9E3779B1;
      }
      return hash >>> 24;
    }
  }
}
