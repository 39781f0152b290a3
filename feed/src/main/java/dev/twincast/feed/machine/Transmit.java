package dev.twincast.feed.machine;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A datagram that a machine wants to be sent. Made once by the driver, filled anew by each poll;
 * not thread-safe.
 */
public final class Transmit {
  private final ByteBuffer packet;
  private Channel channel = Channel.GROUP;
  private @Nullable InetSocketAddress to;

  /**
   * @param capacityBytes at least the longest packet of the machine's settings
   */
  public Transmit(int capacityBytes) {
    packet = ByteBuffer.allocateDirect(capacityBytes);
  }

  /** The datagram, from the buffer's position to its limit: this object's own buffer. */
  public ByteBuffer packet() {
    return packet;
  }

  /** The socket to send it from. */
  public Channel channel() {
    return channel;
  }

  /** Where to, unless the channel is {@link Channel#GROUP}. */
  public InetSocketAddress to() {
    return Objects.requireNonNull(to, "a packet to the group");
  }

  /** Begins a packet to the group: the buffer to write it into. */
  ByteBuffer toGroup() {
    channel = Channel.GROUP;
    to = null;
    return packet.clear();
  }

  /** Begins a packet to one party: the buffer to write it into. */
  ByteBuffer to(Channel channel, InetSocketAddress to) {
    this.channel = channel;
    this.to = to;
    return packet.clear();
  }
}
