package dev.twincast.multicast.udp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The port for Linux: a socket of its own through the C library, many datagrams a call, buffers
 * outside the heap, and no object for a datagram. {@link Outbox} sends, {@link Inbox} receives.
 */
final class LinuxPort implements Port {
  private static final Logger LOG = System.getLogger(LinuxPort.class.getPackageName());
  private static final int FOUR_MIB = 4 << 20;
  private static final int ETHERNET_MTU = 1500;
  private static final int IPV4_HEADERS = 20 + 8;
  private static final int IPV6_HEADERS = 40 + 8;
  private static final String ROUTE = "the interface of its route";

  private final Descriptor descriptor;
  private final SocketCalls calls;
  private final boolean ipv6;
  private final boolean groupsOnly;
  private final boolean cuts;
  private final boolean coalesces;

  // Set once, before anybody else sees the port.
  private int localPort;

  // Held while a send waits for room, so that what several threads send keeps its order.
  private final ReentrantLock sending = new ReentrantLock();

  // Guarded by sending.
  private final SendBatch single = new SendBatch(MAX_DATAGRAM_BYTES, 1);
  private final Outbox outbox;

  // Only for the thread that receives, which the caller sees to.
  private @Nullable Inbox inbox;

  // Guarded by this.
  private final Libc libc = new Libc();
  private final Map<InetAddress, Membership> memberships = new HashMap<>();
  private long drops;

  /** What was asked of the kernel, to be taken back in the same words. */
  private record Membership(int interfaceIndex, List<InetAddress> sources) {}

  /**
   * @param maxSegmentBytes the longest datagram that the kernel is left to cut; 0: it cuts none
   * @param coalesces whether the kernel may glue together what arrives
   */
  private LinuxPort(
      boolean ipv6, boolean groupsOnly, int maxSegmentBytes, boolean coalesces, String sendsBy)
      throws IOException {
    int family = ipv6 ? Linux.AF_INET6 : Linux.AF_INET;
    int type = Linux.SOCK_DGRAM | Linux.NONBLOCK | Linux.CLOEXEC;
    int fd = libc.socket(family, type, 0);
    if (fd < 0) {
      throw Explained.of("open a UDP socket", Errors.of(-fd));
    }
    descriptor = new Descriptor(fd, libc);
    calls = new SocketCalls(descriptor, libc);
    outbox = new Outbox(descriptor, ipv6, maxSegmentBytes, sendsBy);
    this.ipv6 = ipv6;
    this.groupsOnly = groupsOnly;
    this.cuts = maxSegmentBytes > 0;
    this.coalesces = coalesces;
  }

  /** As {@link Ports#sending}. */
  static LinuxPort sending(
      InetAddress group,
      NetworkInterface by,
      int ttl,
      boolean loopback,
      int sourcePort,
      boolean offload)
      throws IOException {
    boolean ipv6 = group instanceof Inet6Address;
    int headers = ipv6 ? IPV6_HEADERS : IPV4_HEADERS;
    int maxSegmentBytes = offload ? by.getMTU() - headers : 0;
    var port = new LinuxPort(ipv6, false, maxSegmentBytes, false, by.getName());
    try {
      port.setInterface(by);
      port.calls.set(
          ipv6 ? Linux.IPPROTO_IPV6 : Linux.IPPROTO_IP,
          ipv6 ? Linux.IPV6_MULTICAST_HOPS : Linux.IP_MULTICAST_TTL,
          ttl);
      port.calls.set(
          ipv6 ? Linux.IPPROTO_IPV6 : Linux.IPPROTO_IP,
          ipv6 ? Linux.IPV6_MULTICAST_LOOP : Linux.IP_MULTICAST_LOOP,
          loopback ? 1 : 0);
      port.calls.set(Linux.SOL_SOCKET, Linux.SO_SNDBUF, FOUR_MIB);
      // As NioPort does, and for its reasons.
      port.calls.set(Linux.SOL_SOCKET, Linux.SO_REUSEADDR, sourcePort == 0 ? 0 : 1);
      port.bind(wildcard(ipv6), sourcePort);
      return port;
    } catch (IOException | RuntimeException e) {
      port.close();
      throw e;
    }
  }

  /** As {@link Ports#receiving}. */
  static LinuxPort receiving(
      InetSocketAddress group, boolean alone, int receiveBufferBytes, boolean offload)
      throws IOException {
    boolean ipv6 = group.getAddress() instanceof Inet6Address;
    var port = new LinuxPort(ipv6, !alone, 0, offload, ROUTE);
    try {
      port.calls.set(Linux.SOL_SOCKET, Linux.SO_REUSEADDR, 1);
      if (ipv6) {
        port.calls.set(Linux.IPPROTO_IPV6, Linux.IPV6_V6ONLY, 1);
      }
      port.prepareToReceive(receiveBufferBytes);
      port.bind(alone ? group.getAddress() : wildcard(ipv6), group.getPort());
      return port;
    } catch (IOException | RuntimeException e) {
      port.close();
      throw e;
    }
  }

  /** As {@link Ports#unicast}. */
  static LinuxPort unicast(boolean ipv6, int localPort, int receiveBufferBytes, boolean offload)
      throws IOException {
    int maxSegmentBytes = offload ? ETHERNET_MTU - IPV6_HEADERS : 0;
    var port = new LinuxPort(ipv6, false, maxSegmentBytes, offload, ROUTE);
    try {
      if (ipv6) {
        port.calls.set(Linux.IPPROTO_IPV6, Linux.IPV6_V6ONLY, 0);
      }
      port.calls.set(Linux.SOL_SOCKET, Linux.SO_SNDBUF, FOUR_MIB);
      port.prepareToReceive(receiveBufferBytes);
      port.bind(wildcard(ipv6), localPort);
      return port;
    } catch (IOException | RuntimeException e) {
      port.close();
      throw e;
    }
  }

  /** For options that have no method of their own. */
  SocketCalls calls() {
    return calls;
  }

  /** By sys/epoll.h: struct epoll_event, 0: u32 events; what follows is only told back. */
  void beWatchedBy(Descriptor epoll) throws IOException {
    ByteBuffer event = OffHeap.allocate(16).putInt(0, Linux.POLLIN);
    int watcher = epoll.enter();
    try {
      calls.make(event, (fd, pointer) -> libc.epollCtl(watcher, Linux.EPOLL_CTL_ADD, fd, pointer));
    } finally {
      epoll.leave();
    }
  }

  @Override
  public int maxBatch() {
    return Inbox.SLOTS;
  }

  @Override
  public int maxSegments() {
    return cuts ? outbox.segments() : 1;
  }

  @Override
  public void send(ByteBuffer datagram, List<InetSocketAddress> to) throws IOException {
    sending.lock();
    try {
      single.clear();
      single.add(datagram);
      outbox.send(single, to);
    } finally {
      sending.unlock();
    }
  }

  @Override
  public void send(SendBatch batch, List<InetSocketAddress> to) throws IOException {
    sending.lock();
    try {
      long before = outbox.datagrams();
      try {
        outbox.send(batch, to);
      } catch (SocketException e) {
        throw new PartlySentException(e, (int) (outbox.datagrams() - before));
      }
    } finally {
      sending.unlock();
    }
  }

  @Override
  public ReceiveBatch receive(long timeoutNanos) throws IOException {
    Inbox current = inbox;
    if (current == null) {
      current = new Inbox(descriptor, groupsOnly);
      inbox = current;
    }
    return current.receive(timeoutNanos);
  }

  @Override
  public synchronized void join(InetAddress group, NetworkInterface on, List<InetAddress> sources)
      throws IOException {
    var membership = new Membership(on.getIndex(), List.copyOf(sources));
    try {
      change(group, membership, Linux.MCAST_JOIN_GROUP, Linux.MCAST_JOIN_SOURCE_GROUP);
      memberships.put(group, membership);
    } catch (IOException e) {
      forget(group, membership);
      throw Explained.of("join " + group.getHostAddress() + " on " + on.getName(), e);
    }
  }

  @Override
  public synchronized void leave(InetAddress group) throws IOException {
    Membership membership = memberships.get(group);
    if (membership != null) {
      try {
        change(group, membership, Linux.MCAST_LEAVE_GROUP, Linux.MCAST_LEAVE_SOURCE_GROUP);
      } catch (IOException e) {
        throw Explained.of("leave " + group.getHostAddress(), e);
      }
      memberships.remove(group);
    }
  }

  @Override
  public int localPort() {
    return localPort;
  }

  @Override
  public synchronized int receiveBufferBytes() throws IOException {
    // The kernel tells twice what it granted (socket(7)); the JDK halves it, and so do we.
    return calls.get(Linux.SOL_SOCKET, Linux.SO_RCVBUF, Integer.BYTES).getInt(0) / 2;
  }

  @Override
  public Sent sent() {
    return outbox.sent();
  }

  @Override
  public synchronized long kernelDrops() {
    try {
      int size = Linux.SK_MEMINFO_VARS * Integer.BYTES;
      ByteBuffer numbers = calls.get(Linux.SOL_SOCKET, Linux.SO_MEMINFO, size);
      drops = Integer.toUnsignedLong(numbers.getInt(Linux.SK_MEMINFO_DROPS * Integer.BYTES));
    } catch (IOException closed) {
      // as of the last time
    }
    return drops;
  }

  @Override
  public boolean isOpen() {
    return descriptor.isOpen();
  }

  /** The kernel ends the memberships with the socket. */
  @Override
  public void close() {
    kernelDrops(); // for who asks later
    try {
      descriptor.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * One option for both families, by linux/in.h: struct group_req, 0: u32 interface, 8: group;
   * struct group_source_req, as before, and 136: source; both addresses in a sockaddr_storage.
   */
  private void change(InetAddress group, Membership membership, int any, int specific)
      throws IOException {
    int level = ipv6 ? Linux.IPPROTO_IPV6 : Linux.IPPROTO_IP;
    ByteBuffer request = OffHeap.allocate(8 + 128 + 128);
    request.putInt(0, membership.interfaceIndex);
    SocketAddresses.write(request, 8, new InetSocketAddress(group, 0), ipv6);
    if (membership.sources.isEmpty()) {
      calls.set(level, any, request.limit(8 + 128));
    }
    for (InetAddress source : membership.sources) {
      SocketAddresses.write(request, 8 + 128, new InetSocketAddress(source, 0), ipv6);
      calls.set(level, specific, request);
    }
  }

  /** Takes back what a join that failed had got of its sources. */
  private void forget(InetAddress group, Membership membership) {
    for (InetAddress source : membership.sources) {
      var one = new Membership(membership.interfaceIndex, List.of(source));
      try {
        change(group, one, Linux.MCAST_LEAVE_GROUP, Linux.MCAST_LEAVE_SOURCE_GROUP);
      } catch (IOException e) {
        return; // the first that was refused: there is no more
      }
    }
  }

  @Override
  public void sendBy(NetworkInterface networkInterface) throws IOException {
    setInterface(networkInterface);
  }

  /**
   * By linux/in.h: struct ip_mreqn, 0: in_addr group, 4: in_addr address, 8: int interface. The
   * address becomes the source of what is sent, as with the JDK.
   */
  private synchronized void setInterface(NetworkInterface by) throws IOException {
    if (ipv6) {
      calls.set(Linux.IPPROTO_IPV6, Linux.IPV6_MULTICAST_IF, by.getIndex());
      return;
    }
    ByteBuffer request = OffHeap.allocate(12).putInt(8, by.getIndex());
    by.inetAddresses()
        .filter(Inet4Address.class::isInstance)
        .findFirst()
        .ifPresent(own -> request.put(4, own.getAddress()));
    calls.set(Linux.IPPROTO_IP, Linux.IP_MULTICAST_IF, request);
  }

  private void prepareToReceive(int bufferBytes) throws IOException {
    calls.set(Linux.SOL_SOCKET, Linux.SO_RCVBUF, bufferBytes);
    if (ipv6) {
      calls.set(Linux.IPPROTO_IPV6, Linux.IPV6_MULTICAST_ALL, 0);
      calls.set(Linux.IPPROTO_IPV6, Linux.IPV6_RECVPKTINFO, 1);
    } else {
      calls.set(Linux.IPPROTO_IP, Linux.IP_MULTICAST_ALL, 0);
      calls.set(Linux.IPPROTO_IP, Linux.IP_PKTINFO, 1);
    }
    if (coalesces) {
      tryToCoalesce();
    }
  }

  /** Kernels before 5.0 cannot: they hand over datagram by datagram. */
  private void tryToCoalesce() throws IOException {
    try {
      calls.set(Linux.SOL_UDP, Linux.UDP_GRO, 1);
    } catch (SocketException e) {
      LOG.log(Logger.Level.DEBUG, "no UDP_GRO: {0}", e.getMessage());
    }
  }

  private void bind(InetAddress address, int port) throws IOException {
    ByteBuffer name = OffHeap.allocate(SocketAddresses.BYTES);
    SocketAddresses.write(name, 0, new InetSocketAddress(address, port), ipv6);
    int nameLength = SocketAddresses.length(ipv6);
    try {
      calls.make(name, (fd, pointer) -> libc.bind(fd, pointer, nameLength));
    } catch (IOException e) {
      throw Explained.of("use UDP port " + port, e);
    }
    localPort = SocketAddresses.port(calls.ask(SocketAddresses.BYTES, libc::getsockname), 0);
  }

  private static InetAddress wildcard(boolean ipv6) {
    return InetAddress.ofLiteral(ipv6 ? "::" : "0.0.0.0");
  }
}
