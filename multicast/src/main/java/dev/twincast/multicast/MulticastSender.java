package dev.twincast.multicast;

import static java.lang.System.Logger.Level.INFO;

import dev.twincast.multicast.udp.Port;
import dev.twincast.multicast.udp.Ports;
import dev.twincast.multicast.udp.Route;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Sends messages to every member of a group, each as one UDP datagram without any header.
 *
 * <pre>{@code
 * try (var sender = MulticastSender.to("239.1.2.3:5000")) {
 *   sender.send("hello".getBytes(UTF_8));
 * }
 * }</pre>
 *
 * <p>Sending is not reliable: no error tells that nobody listens, or that a datagram was lost.
 * While the interface is down, has no address or is gone, {@code send} fails; when it is back,
 * perhaps with another address or made anew, the next {@code send} works (see {@link
 * Builder#onInterfaceChange}).
 *
 * <p>Any thread may call any method. An interrupt of a thread in {@code send} closes the sender, as
 * it does with every {@link java.nio.channels.InterruptibleChannel}.
 */
public final class MulticastSender implements AutoCloseable {
  // 65,535 in UDP's length field, less its own 8 bytes; IPv4 counts its 20 as well (RFC 768, 791).
  private static final int MAX_IPV4_BYTES = 65_507;
  private static final int MAX_IPV6_BYTES = 65_527;

  private final Group group;
  private final Uplink uplink;
  private final Outgoing outgoing;

  private static final System.Logger LOG = System.getLogger(MulticastSender.class.getName());

  private MulticastSender(Builder builder) throws IOException {
    group = builder.group;
    var networkInterface = Interfaces.choose(builder.networkInterface, group);
    InetSocketAddress destination = Interfaces.addressOn(networkInterface, group);
    var source = Route.sourceTowards(destination.getAddress(), networkInterface);
    Port port =
        Ports.sending(
            destination.getAddress(),
            networkInterface,
            builder.ttl,
            builder.loopback,
            builder.sourcePort);
    uplink = new Uplink(group, port, networkInterface, source, builder.onInterfaceChange);
    outgoing = new Outgoing(port, uplink, maxMessageBytes(), group.toString(), builder.options);
  }

  /**
   * Opens a sender with all defaults.
   *
   * @param group as {@link Group#parse(String)} reads it
   * @throws IOException as {@link Builder#open}
   */
  public static MulticastSender to(String group) throws IOException {
    return builder(Group.parse(group)).open();
  }

  /** A sender to be opened, with options. */
  public static Builder builder(Group group) {
    return new Builder(group);
  }

  /**
   * Opens a sender that needs no multicast: the same messages go to each address of these names.
   *
   * @param hostPorts HOST:PORT; the names are looked up again each second while messages are sent,
   *     and keep their addresses while that fails
   * @throws IOException as {@link FanoutSender.Builder#open}
   */
  public static FanoutSender toEach(String... hostPorts) throws IOException {
    return toEach(List.of(hostPorts)).open();
  }

  /** As {@link #toEach(String...)}: a sender to be opened, with options. */
  public static FanoutSender.Builder toEach(List<String> hostPorts) {
    return FanoutSender.builder(hostPorts);
  }

  /**
   * Sends one message, which may be empty. Above 1,472 bytes (IPv4 on Ethernet; IPv6 1,452) it
   * travels in fragments, and the loss of one loses the message.
   *
   * @throws IllegalArgumentException if it is longer than {@link #maxMessageBytes}
   * @throws IOException if this host cannot send it; the message says why, and what to type
   * @throws java.nio.channels.ClosedChannelException if the sender is closed
   */
  public void send(byte[] message) throws IOException {
    send(ByteBuffer.wrap(message));
  }

  /**
   * As {@link #send(byte[])}: what remains in the buffer, which is then empty. Makes no object,
   * where an array costs a small one.
   */
  public void send(ByteBuffer message) throws IOException {
    outgoing.send(message);
  }

  /**
   * Sends all messages of the batch, in order. The batch keeps them: clear it to fill it anew.
   *
   * @throws IllegalArgumentException if one is longer than {@link #maxMessageBytes}; none is sent
   * @throws IOException as {@link #send(byte[])}; those before the one that failed are sent
   */
  public void send(MessageBatch batch) throws IOException {
    outgoing.send(batch);
  }

  /**
   * Waits until the kernel has taken all that {@code send} took before. Returns at once without
   * {@link Builder#batching}.
   *
   * @throws IOException why one could not be sent
   */
  public void flush() throws IOException {
    outgoing.flush();
  }

  /** What was sent until now. */
  public SenderStatistics statistics() {
    return outgoing.statistics();
  }

  /** The longest message: 65,507 bytes over IPv4, 65,527 over IPv6. */
  public int maxMessageBytes() {
    return group.isIpv6() ? MAX_IPV6_BYTES : MAX_IPV4_BYTES;
  }

  public Group group() {
    return group;
  }

  /** The interface that datagrams leave by, as it was when the sender last took it. */
  public NetworkInterface networkInterface() {
    return uplink.networkInterface();
  }

  /** The source of the datagrams, as receivers see it; another one after a change of address. */
  public InetSocketAddress localAddress() {
    return uplink.localAddress();
  }

  /**
   * Closes the socket. Messages that {@code send} took are sent, those that have gathered within 5
   * seconds. Does nothing the second time.
   */
  @Override
  public void close() {
    outgoing.close();
  }

  /** The options of a sender. */
  public static final class Builder {
    private final Group group;
    private Optional<NetworkInterface> networkInterface = Optional.empty();
    private int ttl = 1;
    private boolean loopback = true;
    private int sourcePort;
    private Consumer<String> onInterfaceChange = change -> LOG.log(INFO, "{0}: goes on", change);
    private SendOptions options = SendOptions.DEFAULT;

    private Builder(Group group) {
      this.group = group;
    }

    /**
     * How many networks a datagram may cross, 0 to 255; default 1: it stays on this network. 0
     * means this host only, but Linux holds to that only where this host is a member itself.
     */
    public Builder ttl(int ttl) {
      this.ttl = requireInRange("TTL", ttl, 255);
      return this;
    }

    /** The interface to send by; default: {@link Interfaces#choose}. */
    public Builder networkInterface(NetworkInterface networkInterface) {
      this.networkInterface = Optional.of(networkInterface);
      return this;
    }

    /**
     * Whether members on this host hear it too; default true. Has no effect on the interface {@code
     * lo}, where this host is all there is. (On Windows it is the receiver's matter, and this does
     * nothing.)
     */
    public Builder loopback(boolean loopback) {
      this.loopback = loopback;
      return this;
    }

    /**
     * The UDP port to send from; default 0: a free one. A chosen port may be shared with receivers
     * and other senders on this host.
     */
    public Builder sourcePort(int sourcePort) {
      this.sourcePort = requireInRange("source port", sourcePort, 65535);
      return this;
    }

    /**
     * Is told what has changed, whenever the sender goes on by its interface with another address
     * or made anew. Called by the thread that sends, before the message is sent. Default: a line in
     * the log.
     */
    public Builder onInterfaceChange(Consumer<String> observer) {
      this.onInterfaceChange = observer;
      return this;
    }

    /**
     * Messages that come while others are being sent gather, and go out together as soon as that is
     * done: the busier, the larger the batches, and the less each costs. A message that comes when
     * nothing is being sent goes at once; none waits for a timer. {@code send} returns when the
     * message is taken; it waits while 256 KiB or 4,096 messages have gathered, and drops nothing.
     *
     * <p>What goes wrong with a gathered message is thrown by a later {@code send} or {@code
     * flush}; those that had gathered behind it are lost with it. A thread that waits for room is
     * not woken by an interrupt. Uses one more thread, {@code twincast-send-GROUP}. Default: each
     * message is sent before {@code send} returns.
     */
    public Builder batching() {
      options = options.gathering();
      return this;
    }

    /**
     * The most datagrams per second, at least 1: {@code send} waits. What one millisecond was left
     * unused may be caught up; a batch goes as a whole, and what follows waits for it. Default: as
     * fast as it goes.
     */
    public Builder rate(long datagramsPerSecond) {
      options = options.withRate(datagramsPerSecond);
      return this;
    }

    /** As {@link #rate}: the most bits of messages per second, headers not counted. */
    public Builder bitsPerSecond(long bitsPerSecond) {
      options = options.withBitsPerSecond(bitsPerSecond);
      return this;
    }

    /**
     * Opens the sender. If the interface's IPv6 address is quite new, this takes up to 3 seconds.
     *
     * @throws IllegalArgumentException if there is no interface of the name that the group gives
     * @throws java.net.BindException if the source port is not to be had
     * @throws IOException if the interface is down or has no address of the group's family
     */
    public MulticastSender open() throws IOException {
      return new MulticastSender(this);
    }

    private static int requireInRange(String what, int value, int max) {
      if (value < 0 || value > max) {
        throw new IllegalArgumentException(
            what + " " + value + " is out of range (0 to " + max + ")");
      }
      return value;
    }
  }
}
