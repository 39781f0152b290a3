package dev.twincast.multicast.udp;

import java.io.IOException;
import java.lang.System.Logger;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Optional;

/**
 * Opens the best port that this machine has: {@link LinuxPort} on Linux if the JVM permits native
 * access, else {@link NioPort}. The system property {@code twincast.port} forces one of them, each
 * time that one is opened: {@code nio} or {@code linux}. {@code twincast.offload=off} keeps {@link
 * LinuxPort} from letting the kernel cut and glue datagrams: to measure what that gains, and for
 * networks that do not bear it.
 */
public final class Ports {
  private static final Logger LOG = System.getLogger(Ports.class.getPackageName());

  private Ports() {}

  private static final boolean OFFLOAD = !System.getProperty("twincast.offload", "").equals("off");

  /** What keeps the fast port from being used; looked at once, and said once. */
  private static final class Fast {
    static final Optional<String> OBJECTION = objection();

    private static Optional<String> objection() {
      Optional<String> objection = SelfTest.objection();
      objection.ifPresent(
          reason -> LOG.log(Logger.Level.INFO, "multicast by java.nio: {0}", reason));
      return objection;
    }
  }

  /** Whether {@link LinuxPort} is used. */
  static boolean areFast() {
    String forced = System.getProperty("twincast.port", "");
    if (forced.equals("nio")) {
      return false; // and nothing native is looked for
    }
    if (forced.equals("linux") && Fast.OBJECTION.isPresent()) {
      throw new UnsupportedOperationException("twincast.port=linux: " + Fast.OBJECTION.get());
    }
    return Fast.OBJECTION.isEmpty();
  }

  /**
   * Opens a port that sends to groups by one interface.
   *
   * @param group tells the address family
   * @param sourcePort the port to send from; 0: one that the kernel chooses
   */
  public static Port sending(
      InetAddress group, NetworkInterface by, int ttl, boolean loopback, int sourcePort)
      throws IOException {
    return areFast()
        ? LinuxPort.sending(group, by, ttl, loopback, sourcePort, OFFLOAD)
        : NioPort.sending(group, by, ttl, loopback, sourcePort);
  }

  /**
   * Opens a port that receives, and is not yet a member of any group.
   *
   * @param alone whether only this group will be joined: then the socket is bound to its address,
   *     where the system can do that (Linux and macOS can), so that nothing else reaches it. Else
   *     as many groups of its family and port as one likes
   */
  public static Port receiving(InetSocketAddress group, boolean alone, int receiveBufferBytes)
      throws IOException {
    if (!alone) {
      return new GroupsPort(
          areFast()
              ? new EpollSockets(group, receiveBufferBytes, OFFLOAD)
              : new SelectorSockets(group, receiveBufferBytes));
    }
    return areFast()
        ? LinuxPort.receiving(group, true, receiveBufferBytes, OFFLOAD)
        : NioPort.receiving(group, true, receiveBufferBytes);
  }

  /**
   * Opens a port that sends to and receives from single hosts, of IPv4 and IPv6 alike where this
   * host speaks both.
   *
   * @param localPort 0: one that the kernel chooses
   */
  public static Port unicast(int localPort, int receiveBufferBytes) throws IOException {
    try {
      return unicast(true, localPort, receiveBufferBytes);
    } catch (BindException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException withoutIpv6) {
      return unicast(false, localPort, receiveBufferBytes);
    }
  }

  private static Port unicast(boolean ipv6, int localPort, int receiveBufferBytes)
      throws IOException {
    return areFast()
        ? LinuxPort.unicast(ipv6, localPort, receiveBufferBytes, OFFLOAD)
        : NioPort.unicast(ipv6, localPort, receiveBufferBytes);
  }
}
