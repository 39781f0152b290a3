package dev.twincast.multicast;

import dev.twincast.multicast.udp.Port;
import dev.twincast.multicast.udp.Ports;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Hears what is sent to one or more groups: a member of them, on one network interface.
 *
 * <pre>{@code
 * try (var receiver = MulticastReceiver.join("239.1.2.3:5000")) {
 *   Datagram datagram = receiver.receive();
 * }
 * }</pre>
 *
 * <p>All groups of a receiver have one UDP port and one address family; open one receiver for each
 * other port. There may be any number of them: where the system lets a socket join only so many
 * (Linux: 20, {@code net.ipv4.igmp_max_memberships}) it opens further ones, each with a receive
 * buffer and a megabyte of its own. What comes to one group comes in the order of its arrival. Many
 * receivers, of one program or of several, may share a port on one host: each hears every datagram
 * of its groups. A receiver of a single group is bound to that group's address (on Linux and macOS,
 * unless it is an IPv6 group of link scope), so that nothing else can reach it; a receiver of
 * several groups may also hear unicast datagrams to its port (on Linux with native access it does
 * not).
 *
 * <p>It stays a member when its interface goes down, loses its address or is deleted, and comes
 * back; see {@link Builder#onRejoin}.
 *
 * <p>One thread at a time receives; {@link #join(Group)}, {@link #leave} and {@link #close} may be
 * called by any other meanwhile. An interrupt of the thread that receives closes the receiver, as
 * it does with every {@link java.nio.channels.InterruptibleChannel}.
 */
public final class MulticastReceiver implements AutoCloseable {
  private final Port port;
  private final Incoming incoming;
  private final Group first;
  private final boolean alone;
  private final int receiveBufferAsked;
  private final int receiveBufferGranted;
  private final Memberships memberships;
  private final MembershipKeeper keeper;

  private MulticastReceiver(Builder builder) throws IOException {
    Optional<String> awaited = builder.shortcoming();
    String interfaceName =
        awaited.isPresent()
            ? builder.interfaceName().orElseThrow()
            : Interfaces.choose(builder.networkInterface, builder.first).getName();
    // A given interface beats whatever groups name, now and in a later join.
    first = builder.networkInterface.isPresent() ? builder.first : builder.first.on(interfaceName);
    // Binding a group of link scope would bind to the interface's number, which may change.
    alone =
        builder.groups.stream().map(Group::address).distinct().count() == 1
            && !(first.isIpv6() && isOfLinkScope(first.address()));
    receiveBufferAsked = builder.receiveBuffer;
    port =
        Ports.receiving(
            new InetSocketAddress(first.address(), first.port()), alone, receiveBufferAsked);
    incoming = new Incoming(port, first.toString());
    memberships = new Memberships(port, builder.sources, interfaceName, awaited);
    try {
      receiveBufferGranted = port.receiveBufferBytes();
      for (Group group : builder.groups) {
        memberships.enter(group);
      }
      builder.handler.ifPresent(incoming::startHandling);
      keeper =
          new MembershipKeeper(
              memberships, incoming::datagrams, first.isIpv6(), builder.silence, builder.onRejoin);
    } catch (IOException | RuntimeException e) {
      port.close();
      throw e;
    }
  }

  /**
   * Opens a receiver with all defaults.
   *
   * @param groups as {@link Group#parse(String)} reads them
   * @throws IOException as {@link Builder#open}
   */
  public static MulticastReceiver join(String... groups) throws IOException {
    return builder(Arrays.stream(groups).map(Group::parse).toList()).open();
  }

  /** As {@link #builder(List)}. */
  public static Builder builder(Group... groups) {
    return builder(List.of(groups));
  }

  /**
   * A receiver to be opened, with options.
   *
   * @throws IllegalArgumentException if there is no group, or they differ in port, address family
   *     or named interface
   */
  public static Builder builder(List<Group> groups) {
    return new Builder(groups);
  }

  /**
   * A receiver to be opened that needs no group: it hears what is sent to this host itself.
   *
   * @param port UDP port, 1 to 65535; 0: a free one
   */
  public static UnicastReceiver.Builder unicast(int port) {
    return UnicastReceiver.builder(port);
  }

  /**
   * Waits for the next datagram, without end.
   *
   * @throws IllegalStateException if another thread is receiving
   * @throws java.nio.channels.ClosedChannelException if the receiver is closed; the sub-class
   *     {@link java.nio.channels.AsynchronousCloseException} if that happened while waiting, and
   *     its sub-class {@link java.nio.channels.ClosedByInterruptException} if an interrupt did it
   */
  public Datagram receive() throws IOException {
    return incoming.receive();
  }

  /**
   * Waits for the next datagram; empty on time-out.
   *
   * @param timeout counted in milliseconds, rounded up; less than one is one, and more than 24 days
   *     is for ever
   * @throws IllegalStateException as {@link #receive()}
   * @throws java.nio.channels.ClosedChannelException as {@link #receive()}
   */
  public Optional<Datagram> receive(Duration timeout) throws IOException {
    return incoming.receive(timeout);
  }

  /**
   * Leaves a group: says so to the network (IGMP, MLD) and hears it no more. What had arrived
   * before is still received. Does nothing if the group is not joined.
   *
   * @throws IOException if the kernel no longer finds the membership of a source, since the
   *     interface has gone or changed its address; {@link #close} ends it for certain
   */
  public void leave(Group group) throws IOException {
    if (group.port() == first.port()) {
      memberships.leave(group.address());
    }
  }

  /**
   * Joins a group that was left, or one more; from the same sources and on the same interface as
   * the others. Does nothing if the group is joined.
   *
   * @throws IllegalArgumentException if the group differs in port, address family or named
   *     interface; or is another than the single one that this receiver was opened for, since it is
   *     bound to that one's address
   * @throws IOException as {@link Builder#open}
   */
  public void join(Group group) throws IOException {
    requireFits(first, group);
    if (alone && !group.address().equals(first.address())) {
      throw new IllegalArgumentException(
          "this receiver was opened for %s alone, to hear nothing else: open one for both groups"
              .formatted(first));
    }
    memberships.enter(group);
  }

  /** The groups that are joined now, or as soon as the interface is there, in that order. */
  public List<Group> groups() {
    return memberships.groups();
  }

  /**
   * The interface of all memberships, as it was when they were made.
   *
   * @throws IllegalStateException if it is still awaited
   */
  public NetworkInterface networkInterface() {
    return memberships.networkInterface();
  }

  /** The name of that interface, also while it is awaited. */
  public String interfaceName() {
    return memberships.interfaceName();
  }

  /**
   * With {@link Builder#awaitInterface}: why nothing can be heard yet, and which interfaces there
   * are; empty from the time when the groups were joined, or this was closed.
   */
  public Optional<String> awaited() {
    return memberships.awaited();
  }

  /** The receive buffer asked of the kernel, in bytes. */
  public int receiveBufferAsked() {
    return receiveBufferAsked;
  }

  /**
   * The receive buffer that the kernel granted, in bytes. Linux grants at most {@code
   * net.core.rmem_max}; it then doubles that, and charges each datagram for its bookkeeping as
   * well: at 4 MiB about 10,000 datagrams of 64 bytes or 3,600 of 1,400 wait for a late reader (5
   * MB of payload). What arrives when it is full is lost. With several sockets each has as much.
   */
  public int receiveBufferGranted() {
    return receiveBufferGranted;
  }

  /** What was seen until now. */
  public ReceiverStatistics statistics() {
    return incoming.statistics();
  }

  /**
   * Leaves all groups and closes. A waiting {@code receive} ends at once, by {@link
   * java.nio.channels.AsynchronousCloseException}; what had arrived and was not yet received is
   * lost. Does nothing the second time.
   */
  @Override
  public void close() {
    keeper.stop();
    memberships.close();
  }

  private static boolean isOfLinkScope(InetAddress group) {
    return group.isMCLinkLocal() || group.isMCNodeLocal();
  }

  private static void requireFits(Group first, Group other) {
    if (other.port() != first.port() || other.isIpv6() != first.isIpv6()) {
      throw new IllegalArgumentException(
          "a receiver has one port and one address family: open one for %s, another for %s"
              .formatted(first, other));
    }
    if (other.interfaceName().isPresent()
        && first.interfaceName().isPresent()
        && !other.interfaceName().equals(first.interfaceName())) {
      throw new IllegalArgumentException(
          "a receiver has one interface: open one on %s, another on %s"
              .formatted(first.interfaceName().get(), other.interfaceName().get()));
    }
  }

  /** The options of a receiver. */
  public static final class Builder {
    private static final int FOUR_MIB = 4 << 20;

    private final List<Group> groups;
    private final Group first;
    private List<InetAddress> sources = List.of();
    private Optional<NetworkInterface> networkInterface = Optional.empty();
    private int receiveBuffer = FOUR_MIB;
    private Optional<Consumer<? super ReceivedDatagram>> handler = Optional.empty();
    private Optional<Duration> silence = Optional.empty();
    private Consumer<String> onRejoin = reason -> {};
    private boolean awaitInterface;

    private Builder(List<Group> groups) {
      if (groups.isEmpty()) {
        throw new IllegalArgumentException("no group to join (try 239.1.2.3:5000)");
      }
      first = onNamedInterface(groups);
      groups.forEach(group -> requireFits(first, group));
      this.groups = List.copyOf(groups);
    }

    /**
     * Hears only these senders (source-specific multicast, RFC 4607); default: whoever sends. Linux
     * takes 10 for a group ({@code net.ipv4.igmp_max_msf}).
     *
     * @throws IllegalArgumentException if one is a multicast address or not of the groups' family
     */
    public Builder source(InetAddress... sources) {
      for (InetAddress source : sources) {
        if (source.isMulticastAddress() || source instanceof Inet6Address != first.isIpv6()) {
          throw new IllegalArgumentException(
              "%s cannot be a source of %s: it must be a unicast address of the same family"
                  .formatted(source.getHostAddress(), first));
        }
      }
      this.sources = List.of(sources);
      return this;
    }

    /** The interface to listen at; default: {@link Interfaces#choose}. */
    public Builder networkInterface(NetworkInterface networkInterface) {
      this.networkInterface = Optional.of(networkInterface);
      return this;
    }

    /**
     * Bytes that the kernel is asked to keep for a reader that is late; default 4 MiB. See {@link
     * MulticastReceiver#receiveBufferGranted}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder receiveBuffer(int bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("receive buffer of " + bytes + " bytes (at least 1)");
      }
      this.receiveBuffer = bytes;
      return this;
    }

    /**
     * Whom to call with each datagram, one after the other, on one thread named {@code
     * twincast-receive-GROUP} (a daemon), from {@link #open} to {@link MulticastReceiver#close};
     * {@code receive} then throws {@link IllegalStateException}. Default: nobody.
     *
     * <p>What arrives while the handler works waits in the kernel's receive buffer, and is lost
     * when that is full; {@link ReceiverStatistics#kernelDrops} counts it. An exception of the
     * handler is counted, logged the first time, and stops nothing. The handler may close the
     * receiver; {@code close} does not wait for the handler, which may get what had already been
     * taken from the kernel.
     */
    public Builder handler(Consumer<? super ReceivedDatagram> handler) {
      this.handler = Optional.of(handler);
      return this;
    }

    /**
     * Leaves and joins again whenever nothing was heard for so long, which cures a switch that has
     * forgotten its members (IGMP snooping without a querier, RFC 4541); default: never. Has no
     * effect while another program of this host is a member of the group, too.
     *
     * @throws IllegalArgumentException if it is shorter than a second
     */
    public Builder rejoinAfter(Duration silence) {
      if (silence.compareTo(Duration.ofSeconds(1)) < 0) {
        throw new IllegalArgumentException("to join again after " + silence + " is too often (1s)");
      }
      this.silence = Optional.of(silence);
      return this;
    }

    /**
     * If the interface that is named does not exist yet, is down or has no address, opens all the
     * same: the groups are joined within a second after it is there, and {@link #onRejoin} is told.
     * {@link MulticastReceiver#awaited} says what is missing: show it to somebody, since a mistyped
     * name is waited for without end. Default: {@code open} fails at once. Has no effect if no
     * interface is named.
     */
    public Builder awaitInterface() {
      this.awaitInterface = true;
      return this;
    }

    /**
     * Is told why, whenever the receiver has joined its groups by itself: after such a silence, or
     * since its interface was awaited, down, without its address or deleted, and is there. Called
     * on a virtual thread named {@code twincast-membership}, which looks once a second. Default:
     * nobody.
     */
    public Builder onRejoin(Consumer<String> observer) {
      this.onRejoin = observer;
      return this;
    }

    /**
     * Opens the receiver: it hears what is sent from now on.
     *
     * @throws IllegalArgumentException if there is no interface of the name that a group gives
     * @throws java.net.BindException if the port is not to be had
     * @throws IOException if the interface is down or has no address of the groups' family, or the
     *     kernel refuses so many groups or sources; the message says why, and what to type
     */
    public MulticastReceiver open() throws IOException {
      return new MulticastReceiver(this);
    }

    private Optional<String> interfaceName() {
      return networkInterface.map(NetworkInterface::getName).or(first::interfaceName);
    }

    /** What is to be waited for; empty: nothing. */
    private Optional<String> shortcoming() throws IOException {
      return awaitInterface && interfaceName().isPresent()
          ? Interfaces.shortcoming(interfaceName().get(), first)
          : Optional.empty();
    }

    /** The first group, on the interface that any of them names. */
    private static Group onNamedInterface(List<Group> groups) {
      Group first = groups.getFirst();
      Optional<String> named =
          groups.stream().flatMap(group -> group.interfaceName().stream()).findFirst();
      return named.map(first::on).orElse(first);
    }
  }
}
