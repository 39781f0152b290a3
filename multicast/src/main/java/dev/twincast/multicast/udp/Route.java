package dev.twincast.multicast.udp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.Optional;

/** What the kernel's routing says, asked by connecting a UDP socket, which sends nothing. */
public final class Route {
  private static final int ANY_PORT = 9;

  private Route() {}

  /** The interface by which the kernel would send to the group if nobody named one. */
  public static Optional<NetworkInterface> interfaceTowards(InetAddress group) {
    try (DatagramChannel probe = NioPort.openChannel(group)) {
      return Optional.ofNullable(NetworkInterface.getByInetAddress(connect(probe, group)));
    } catch (IOException | UnsupportedOperationException unreachable) {
      return Optional.empty();
    }
  }

  /** The source address of what is sent to the group by this interface. */
  public static InetAddress sourceTowards(InetAddress group, NetworkInterface by)
      throws IOException {
    try (DatagramChannel probe = NioPort.openChannel(group)) {
      probe.setOption(StandardSocketOptions.IP_MULTICAST_IF, by);
      return Tentative.retry(group, () -> connect(probe, group));
    } catch (IOException e) {
      throw Explained.of("reach " + group.getHostAddress() + " by " + by.getName(), e);
    }
  }

  private static InetAddress connect(DatagramChannel probe, InetAddress group) throws IOException {
    probe.connect(new InetSocketAddress(group, ANY_PORT));
    return ((InetSocketAddress) probe.getLocalAddress()).getAddress();
  }
}
