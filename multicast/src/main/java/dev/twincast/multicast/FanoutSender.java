package dev.twincast.multicast;

import dev.twincast.multicast.udp.Port;
import dev.twincast.multicast.udp.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Sends the same messages to each of several hosts, where the network carries no multicast: overlay
 * networks, most clouds, WSL2. Otherwise as {@link MulticastSender}; whoever listens needs no group
 * ({@link MulticastReceiver#unicast}).
 *
 * <pre>{@code
 * try (var sender = MulticastSender.toEach("app.example:5000")) {
 *   sender.send("hello".getBytes(UTF_8));
 * }
 * }</pre>
 *
 * <p>A message costs the sender as much as there are addresses. Any thread may call any method.
 */
public final class FanoutSender implements AutoCloseable {
  /** The longest message: what IPv4 carries. */
  private static final int MAX_BYTES = 65_507;

  private static final int LITTLE = 4096; // nothing is received here

  private final Addresses addresses;
  private final Outgoing outgoing;

  private FanoutSender(Builder builder) throws IOException {
    addresses = new Addresses(builder.hostPorts, Addresses.Resolver::system, System.nanoTime());
    Port port = Ports.unicast(0, LITTLE);
    String shown = String.join(",", builder.hostPorts);
    outgoing = new Outgoing(port, new Looked(), MAX_BYTES, shown, builder.options);
  }

  /** What the names were resolved to; routes are the kernel's matter. */
  private final class Looked implements Destinations {
    @Override
    public List<InetSocketAddress> now() {
      return destinations();
    }

    @Override
    public boolean follow(List<InetSocketAddress> failed) {
      return false;
    }
  }

  static Builder builder(List<String> hostPorts) {
    return new Builder(hostPorts);
  }

  /**
   * Sends one message, which may be empty, to each address.
   *
   * @throws IllegalArgumentException if it is longer than 65,507 bytes
   * @throws IOException the first address that this host cannot send to, and why; the others get
   *     the message all the same
   * @throws java.nio.channels.ClosedChannelException if the sender is closed
   */
  public void send(byte[] message) throws IOException {
    send(ByteBuffer.wrap(message));
  }

  /** As {@link #send(byte[])}: what remains in the buffer, which is then empty. */
  public void send(ByteBuffer message) throws IOException {
    outgoing.send(message);
  }

  /** Sends all messages of the batch to each address, in order. The batch keeps them. */
  public void send(MessageBatch batch) throws IOException {
    outgoing.send(batch);
  }

  /** As {@link MulticastSender#flush}. */
  public void flush() throws IOException {
    outgoing.flush();
  }

  /** Where messages go now: all addresses of all names, each once. */
  public List<InetSocketAddress> destinations() {
    return addresses.at(System.nanoTime());
  }

  /** What was sent until now; a message to three addresses counts three times. */
  public SenderStatistics statistics() {
    return outgoing.statistics();
  }

  /** As {@link MulticastSender#close}. */
  @Override
  public void close() {
    outgoing.close();
  }

  /** The options of a sender to many. */
  public static final class Builder {
    private final List<String> hostPorts;
    private SendOptions options = SendOptions.DEFAULT;

    private Builder(List<String> hostPorts) {
      this.hostPorts = List.copyOf(hostPorts);
    }

    /** As {@link MulticastSender.Builder#batching}. */
    public Builder batching() {
      options = options.gathering();
      return this;
    }

    /** As {@link MulticastSender.Builder#rate}; a message to three addresses is three datagrams. */
    public Builder rate(long datagramsPerSecond) {
      options = options.withRate(datagramsPerSecond);
      return this;
    }

    /** As {@link MulticastSender.Builder#bitsPerSecond}, to all addresses together. */
    public Builder bitsPerSecond(long bitsPerSecond) {
      options = options.withBitsPerSecond(bitsPerSecond);
      return this;
    }

    /**
     * Looks the names up and opens the sender.
     *
     * @throws IllegalArgumentException if there is no name, or one is not HOST:PORT
     * @throws java.net.UnknownHostException if one has no address
     */
    public FanoutSender open() throws IOException {
      return new FanoutSender(this);
    }
  }
}
