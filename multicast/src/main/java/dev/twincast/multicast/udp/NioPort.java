package dev.twincast.multicast.udp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The port that runs everywhere: a {@link DatagramChannel}, one datagram a call. */
final class NioPort implements Port {
  private final DatagramChannel channel;
  private final String sendsBy;

  // Only for the thread that receives.
  private final byte[] received = new byte[MAX_DATAGRAM_BYTES];
  private final ByteBuffer receivedView = ByteBuffer.wrap(received);
  private final ReceiveBatch batch = new ReceiveBatch(ByteBuffer.wrap(received));
  private final Heat heat = new Heat(System.nanoTime());
  private boolean hasWaited; // and so has emptied the socket: it has to nap before the next

  /** A receive that took longer found nothing at first, and was woken. */
  private static final long WAITED_NANOS = 10_000;

  // Held during a send to several addresses, or of several datagrams.
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Counter datagrams = new Counter();
  private final Counter bytes = new Counter();

  // Guarded by this.
  private final Map<InetAddress, List<MembershipKey>> memberships = new HashMap<>();
  private long drops = -1;

  private NioPort(DatagramChannel channel, String sendsBy) {
    this.channel = channel;
    this.sendsBy = sendsBy;
  }

  /** As {@link Ports#sending}. */
  static NioPort sending(
      InetAddress group, NetworkInterface by, int ttl, boolean loopback, int sourcePort)
      throws IOException {
    DatagramChannel channel = openChannel(group);
    try {
      channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, by);
      channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, ttl);
      channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, loopback);
      // A port that the user chose may be the one that receivers on this host share. A port that
      // the kernel chooses must not be shared: it would hand out one that another sender has.
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, sourcePort != 0);
      bind(channel, new InetSocketAddress(sourcePort));
      return new NioPort(channel, by.getName());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** As {@link Ports#receiving}. */
  static NioPort receiving(InetSocketAddress group, boolean alone, int receiveBufferBytes)
      throws IOException {
    DatagramChannel channel = openChannel(group.getAddress());
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
      if (!alone || !isBound(channel, group)) {
        bind(channel, new InetSocketAddress(group.getPort()));
      }
      return new NioPort(channel, "the interface of its route");
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** As {@link Ports#unicast}. */
  static NioPort unicast(boolean ipv6, int localPort, int receiveBufferBytes) throws IOException {
    DatagramChannel channel =
        DatagramChannel.open(ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
    try {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
      bind(channel, new InetSocketAddress(localPort));
      return new NioPort(channel, "the interface of its route");
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** From now on receive takes what is there and waits for nothing; the selector does. */
  void beWatchedBy(Selector selector) throws IOException {
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
  }

  @Override
  public int maxBatch() {
    return 1;
  }

  @Override
  public int maxSegments() {
    return 1;
  }

  @Override
  public void send(ByteBuffer datagram, List<InetSocketAddress> to) throws IOException {
    toEach(to, address -> sendOne(datagram.duplicate(), address));
    datagram.position(datagram.limit());
  }

  @Override
  public void send(SendBatch batch, List<InetSocketAddress> to) throws IOException {
    lock.lock();
    try {
      long before = datagrams.count();
      try {
        toEach(to, address -> sendAll(batch, address));
      } catch (SocketException e) {
        throw new PartlySentException(e, (int) (datagrams.count() - before));
      }
    } finally {
      lock.unlock();
    }
  }

  private void sendAll(SendBatch batch, InetSocketAddress to) throws IOException {
    ByteBuffer view = batch.buffer().duplicate();
    for (int i = 0; i < batch.size(); i++) {
      sendOne(view.clear().limit(batch.offset(i + 1)).position(batch.offset(i)), to);
    }
  }

  @Override
  public void sendBy(NetworkInterface networkInterface) throws IOException {
    channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, networkInterface);
  }

  private interface Sending {
    void to(InetSocketAddress address) throws IOException;
  }

  private void toEach(List<InetSocketAddress> to, Sending sending) throws IOException {
    @Nullable IOException first = null;
    lock.lock();
    try {
      for (InetSocketAddress address : to) {
        try {
          sending.to(address);
        } catch (IOException e) {
          first = first == null ? e : first;
        }
      }
    } finally {
      lock.unlock();
    }
    if (first != null) {
      throw first;
    }
  }

  private void sendOne(ByteBuffer datagram, InetSocketAddress to) throws IOException {
    try {
      int length = Tentative.retry(to.getAddress(), () -> channel.send(datagram, to));
      datagrams.add(1);
      bytes.add(length);
    } catch (IOException e) {
      throw Explained.of("send to " + to.getAddress().getHostAddress() + " by " + sendsBy, e);
    }
  }

  @Override
  public ReceiveBatch receive(long timeoutNanos) throws IOException {
    return channel.isBlocking() ? await(timeoutNanos) : take();
  }

  private ReceiveBatch take() throws IOException {
    var source = (InetSocketAddress) channel.receive(receivedView.clear());
    batch.begin(System.nanoTime());
    if (source != null) {
      batch.add(0, receivedView.position(), 0, source, 0, false);
    }
    return batch;
  }

  private ReceiveBatch await(long timeoutNanos) throws IOException {
    DatagramPacket packet = new DatagramPacket(received, received.length);
    long start = System.nanoTime();
    batch.begin(start);
    if (hasWaited && heat.isHot(start)) {
      LockSupport.parkNanos(Math.min(timeoutNanos, Heat.NAP_NANOS));
      start = System.nanoTime();
    }
    try {
      channel.socket().setSoTimeout(socketTimeout(timeoutNanos));
      channel.socket().receive(packet);
    } catch (SocketTimeoutException e) {
      return batch;
    } catch (SocketException e) {
      if (channel.isOpen()) {
        throw e;
      }
      throw Thread.currentThread().isInterrupted()
          ? new ClosedByInterruptException()
          : new AsynchronousCloseException();
    }
    long now = System.nanoTime();
    hasWaited = now - start > WAITED_NANOS;
    heat.arrived(now, 1);
    batch.begin(now);
    batch.add(0, packet.getLength(), 0, (InetSocketAddress) packet.getSocketAddress(), 0, false);
    return batch;
  }

  @Override
  public synchronized void join(InetAddress group, NetworkInterface on, List<InetAddress> sources)
      throws IOException {
    List<MembershipKey> keys = memberships.computeIfAbsent(group, absent -> new ArrayList<>());
    try {
      if (sources.isEmpty()) {
        keys.add(channel.join(group, on));
      }
      for (InetAddress source : sources) {
        keys.add(channel.join(group, on, source));
      }
    } catch (IOException e) {
      forget(group);
      throw Explained.of("join " + group.getHostAddress() + " on " + on.getName(), e);
    }
  }

  @Override
  public synchronized void leave(InetAddress group) throws IOException {
    for (MembershipKey key : memberships.getOrDefault(group, List.of())) {
      try {
        key.drop();
      } catch (AssertionError e) {
        // So the JDK reports that the kernel knows the interface no more by the address it had.
        throw Explained.of("leave " + group.getHostAddress(), causeOf(e));
      }
    }
    memberships.remove(group);
  }

  @Override
  public int localPort() {
    return channel.socket().getLocalPort();
  }

  @Override
  public int receiveBufferBytes() throws IOException {
    return channel.getOption(StandardSocketOptions.SO_RCVBUF);
  }

  @Override
  public Sent sent() {
    return new Sent(datagrams.count(), bytes.count(), 0);
  }

  @Override
  public synchronized long kernelDrops() {
    if (channel.isOpen()) {
      drops = SocketTable.drops(localPort(), 1);
    }
    return drops;
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public synchronized void close() {
    kernelDrops(); // for who asks later
    List.copyOf(memberships.keySet()).forEach(this::forget);
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Leaves; the kernel ends whatever is left when the socket closes. */
  private void forget(InetAddress group) {
    try {
      leave(group);
    } catch (IOException e) {
      memberships.remove(group);
    }
  }

  /** A channel of the group's own family: one for both could not join IPv4 groups everywhere. */
  static DatagramChannel openChannel(InetAddress group) throws IOException {
    return DatagramChannel.open(
        group instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
  }

  private static void bind(DatagramChannel channel, InetSocketAddress address) throws IOException {
    try {
      channel.bind(address);
    } catch (IOException e) {
      throw Explained.of("use UDP port " + address.getPort(), e);
    }
  }

  private static boolean isBound(DatagramChannel channel, InetSocketAddress address)
      throws IOException {
    try {
      channel.bind(address);
      return true;
    } catch (BindException e) {
      return false;
    }
  }

  private static IOException causeOf(AssertionError e) {
    if (e.getCause() instanceof IOException cause) {
      return cause;
    }
    throw e;
  }

  /** Milliseconds, rounded up; 0 waits for ever, and 1 is the shortest wait. */
  private static int socketTimeout(long nanos) {
    long millis = Math.max(1, Math.ceilDiv(nanos, 1_000_000));
    return millis > Integer.MAX_VALUE ? 0 : (int) millis;
  }
}
