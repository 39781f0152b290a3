package dev.twincast.multicast;

import static java.lang.System.Logger.Level.WARNING;

import dev.twincast.multicast.member.InterfaceState;
import dev.twincast.multicast.udp.Port;
import dev.twincast.multicast.udp.Route;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The interface that a sender sends by. A socket knows it by number, and for IPv4 also by the
 * address that becomes the source; when either is another, sending fails until the socket is told.
 * Nothing is looked at while sending works.
 */
final class Uplink implements Destinations {
  private static final System.Logger LOG = System.getLogger(Uplink.class.getName());

  private final Group group;
  private final Port port;
  private final Consumer<String> onChange;

  // Written with the monitor held.
  private volatile NetworkInterface networkInterface;
  private volatile InetSocketAddress localAddress;
  private volatile List<InetSocketAddress> destinations;

  // Guarded by this.
  private InterfaceState state;

  /**
   * @param networkInterface the one that the port sends by
   * @param source the address of what it sends
   */
  Uplink(
      Group group,
      Port port,
      NetworkInterface networkInterface,
      InetAddress source,
      Consumer<String> onChange) {
    this.group = group;
    this.port = port;
    this.networkInterface = networkInterface;
    this.onChange = onChange;
    localAddress = new InetSocketAddress(source, port.localPort());
    destinations = List.of(Interfaces.addressOn(networkInterface, group));
    state = Interfaces.state(networkInterface.getName(), group.isIpv6());
  }

  @Override
  public List<InetSocketAddress> now() {
    return destinations;
  }

  NetworkInterface networkInterface() {
    return networkInterface;
  }

  InetSocketAddress localAddress() {
    return localAddress;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // each change makes a list of its own
  public boolean follow(List<InetSocketAddress> failed) {
    Optional<String> change;
    synchronized (this) {
      if (failed != destinations) {
        return true; // another thread has seen to it
      }
      InterfaceState now = Interfaces.state(networkInterface.getName(), group.isIpv6());
      change = now.isUsable() ? state.changeTo(now) : Optional.empty();
      if (change.isEmpty() || !isTaken(now)) {
        return false;
      }
    }
    tell(change.get());
    return true;
  }

  private boolean isTaken(InterfaceState now) {
    try {
      NetworkInterface fresh = Interfaces.named(networkInterface.getName());
      InetSocketAddress destination = Interfaces.addressOn(fresh, group);
      InetAddress source = Route.sourceTowards(destination.getAddress(), fresh);
      port.sendBy(fresh);
      networkInterface = fresh;
      localAddress = new InetSocketAddress(source, port.localPort());
      destinations = List.of(destination);
      state = now;
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false; // it has changed once more; the next send looks again
    }
  }

  private void tell(String change) {
    try {
      onChange.accept(change);
    } catch (RuntimeException e) {
      LOG.log(WARNING, "who was told of the interface's change failed", e);
    }
  }
}
