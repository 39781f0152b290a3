package dev.twincast.multicast.udp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A UDP socket: plain data in, plain data out. Exceptions say what was tried and what to type next.
 *
 * <p>Any thread may call any method; {@link #receive} one thread at a time.
 */
public interface Port extends AutoCloseable {

  /** A time-out that never comes. */
  long FOREVER = Long.MAX_VALUE;

  /** The longest datagram that a receive takes; UDP's length field has 16 bits. */
  int MAX_DATAGRAM_BYTES = 65_535;

  /** What has been sent; a datagram to three addresses counts three times. */
  record Sent(long datagrams, long bytes, long offloadRefusals) {}

  /** How many datagrams one call to the system may take; 1: each costs a call. */
  int maxBatch();

  /** How many datagrams of one length the system cuts by itself out of one; 1: it does not. */
  int maxSegments();

  /**
   * Sends what remains in the buffer, which is then empty, as one datagram to each address; blocks
   * while the socket's buffer is full.
   *
   * @param to of one address family, all of them; a list that does not change
   * @throws IOException the first failure; the addresses behind it were tried all the same
   */
  void send(ByteBuffer datagram, List<InetSocketAddress> to) throws IOException;

  /**
   * As {@link #send(ByteBuffer, List)}: all datagrams, in order; the batch stays as it is.
   *
   * @throws PartlySentException instead, with the first failure
   */
  void send(SendBatch batch, List<InetSocketAddress> to) throws IOException;

  /** From now on sends to groups by this interface, with its address as it is now. */
  void sendBy(NetworkInterface networkInterface) throws IOException;

  /**
   * Waits for datagrams, at most so long: those that are there. None on time-out.
   *
   * @return the port's own batch, which the next receive fills anew
   * @throws java.nio.channels.ClosedChannelException if the port is closed, or is closed while
   *     waiting; {@link java.nio.channels.ClosedByInterruptException} if an interrupt closed it
   */
  ReceiveBatch receive(long timeoutNanos) throws IOException;

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

  Sent sent();

  /**
   * What the kernel has thrown away of this socket's since it was opened, mostly because the
   * receive buffer was full; -1: not known.
   */
  long kernelDrops();

  /** Whether neither {@link #close} nor an interrupt has closed it. */
  boolean isOpen();

  /** Leaves all groups and closes; wakes a waiting receive. Does nothing the second time. */
  @Override
  void close();
}
