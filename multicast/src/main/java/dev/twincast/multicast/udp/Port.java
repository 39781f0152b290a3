package dev.twincast.multicast.udp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket: plain data in, plain data out. Exceptions say what was tried and what to type next.
 *
 * <p>Any thread may call any method; {@link #receive} one thread at a time.
 */
public interface Port extends AutoCloseable {

  /** A time-out that never comes. */
  long FOREVER = Long.MAX_VALUE;

  /** One datagram. The payload is a view of the port's own buffer, until the next receive. */
  record Received(InetSocketAddress source, ByteBuffer payload) {}

  /** Sends what remains in the buffer as one datagram; blocks while the socket's buffer is full. */
  void send(ByteBuffer datagram, InetSocketAddress to) throws IOException;

  /**
   * Waits for one datagram; null on time-out.
   *
   * @throws java.nio.channels.ClosedChannelException if the port is closed, or is closed while
   *     waiting; {@link java.nio.channels.ClosedByInterruptException} if an interrupt closed it
   */
  @Nullable Received receive(long timeoutNanos) throws IOException;

  /**
   * Becomes a member on the interface: of all that is sent if no source is given, else of those.
   */
  void join(InetAddress group, NetworkInterface on, List<InetAddress> sources) throws IOException;

  /** Ends the membership of a group, if there is one. */
  void leave(InetAddress group) throws IOException;

  /** The UDP port number that the socket is bound to. */
  int localPort();

  /** What the kernel granted of the receive buffer asked for. */
  int receiveBufferBytes() throws IOException;

  /** Leaves all groups and closes; wakes a waiting receive. Does nothing the second time. */
  @Override
  void close();
}
