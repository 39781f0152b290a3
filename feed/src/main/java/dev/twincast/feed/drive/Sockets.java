package dev.twincast.feed.drive;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;

/** The sockets of a party, besides those of the group. */
public final class Sockets {
  private static final int BUFFER_BYTES = 4 << 20;

  /** Any UDP port that is free may be taken for TCP, also by a connection that was just closed. */
  private static final int ATTEMPTS = 100;

  private Sockets() {}

  /** A socket for requests of our own, on any port. */
  public static DatagramChannel ask(boolean isIpv6) throws IOException {
    return buffered(DatagramChannel.open(family(isIpv6)));
  }

  /**
   * A socket that others know, for nobody else; its number is free for TCP, too.
   *
   * @param port 0: any
   * @throws BindException says which port, and what to type
   */
  public static DatagramChannel serve(InetAddress address, int port) throws IOException {
    for (int attempt = 1; ; attempt++) {
      DatagramChannel channel = DatagramChannel.open(family(address.getAddress().length == 16));
      try {
        buffered(channel).bind(new InetSocketAddress(address, port));
        requireFreeTcp(address, ((InetSocketAddress) channel.getLocalAddress()).getPort());
        return channel;
      } catch (BindException e) {
        channel.close();
        if (port != 0 || attempt == ATTEMPTS) {
          throw inUse(port, e);
        }
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }
  }

  /**
   * Lets other sockets of this process have the port as well, from now on: whoever wanted it for
   * himself alone was refused before, and is.
   */
  public static void share(DatagramChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
  }

  /**
   * The same socket once more, in place of the one given, on this address alone: what is sent to it
   * comes here, whoever else has the port for all addresses.
   */
  public static DatagramChannel only(DatagramChannel channel, InetAddress address)
      throws IOException {
    int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
    channel.close();
    DatagramChannel only = DatagramChannel.open(family(address.getAddress().length == 16));
    try {
      share(only);
      return buffered(only).bind(new InetSocketAddress(address, port));
    } catch (IOException e) {
      only.close();
      throw e;
    }
  }

  /** Servers share ports with other processes of the same user; recorders must not. */
  private static void requireFreeTcp(InetAddress address, int port) throws IOException {
    try (var probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(address, port));
    }
  }

  private static BindException inUse(int port, BindException e) {
    var explained =
        new BindException(
            "port %d cannot be had for requests and replays: %s (try another, or 0 for any)"
                .formatted(port, e.getMessage()));
    explained.initCause(e);
    return explained;
  }

  private static DatagramChannel buffered(DatagramChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
    return channel;
  }

  private static StandardProtocolFamily family(boolean isIpv6) {
    return isIpv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
  }
}
