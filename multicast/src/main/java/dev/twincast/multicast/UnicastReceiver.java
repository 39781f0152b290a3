package dev.twincast.multicast;

import dev.twincast.multicast.udp.Port;
import dev.twincast.multicast.udp.Ports;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Hears what is sent to this host itself, at one UDP port: by a {@link FanoutSender}, or by any
 * program. Of IPv4 and IPv6, where the host speaks both; multicast is not heard. Otherwise as
 * {@link MulticastReceiver}.
 */
public final class UnicastReceiver implements AutoCloseable {
  private final Port port;
  private final Incoming incoming;
  private final int receiveBufferGranted;

  private UnicastReceiver(Builder builder) throws IOException {
    port = Ports.unicast(builder.port, builder.receiveBuffer);
    try {
      receiveBufferGranted = port.receiveBufferBytes();
    } catch (IOException e) {
      port.close();
      throw e;
    }
    incoming = new Incoming(port, ":" + port.localPort());
    builder.handler.ifPresent(incoming::startHandling);
  }

  static Builder builder(int port) {
    return new Builder(port);
  }

  /** As {@link MulticastReceiver#receive()}. */
  public Datagram receive() throws IOException {
    return incoming.receive();
  }

  /** As {@link MulticastReceiver#receive(Duration)}. */
  public Optional<Datagram> receive(Duration timeout) throws IOException {
    return incoming.receive(timeout);
  }

  /** The UDP port that it listens at. */
  public int port() {
    return port.localPort();
  }

  /** As {@link MulticastReceiver#receiveBufferGranted}. */
  public int receiveBufferGranted() {
    return receiveBufferGranted;
  }

  /** What was seen until now. */
  public ReceiverStatistics statistics() {
    return incoming.statistics();
  }

  /** As {@link MulticastReceiver#close}. */
  @Override
  public void close() {
    port.close();
  }

  /** The options of a receiver without a group. */
  public static final class Builder {
    private final int port;
    private int receiveBuffer = 4 << 20;
    private Optional<Consumer<? super ReceivedDatagram>> handler = Optional.empty();

    private Builder(int port) {
      if (port < 0 || port > 65535) {
        throw new IllegalArgumentException("port " + port + " is out of range (0 to 65535)");
      }
      this.port = port;
    }

    /** As {@link MulticastReceiver.Builder#handler}. */
    public Builder handler(Consumer<? super ReceivedDatagram> handler) {
      this.handler = Optional.of(handler);
      return this;
    }

    /** As {@link MulticastReceiver.Builder#receiveBuffer}. */
    public Builder receiveBuffer(int bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("receive buffer of " + bytes + " bytes (at least 1)");
      }
      this.receiveBuffer = bytes;
      return this;
    }

    /**
     * Opens the receiver.
     *
     * @throws java.net.BindException if the port is not to be had
     */
    public UnicastReceiver open() throws IOException {
      return new UnicastReceiver(this);
    }
  }
}
