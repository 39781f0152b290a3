package dev.twincast.multicast.udp;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.ref.Reference;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a {@link LinuxPort}: sendmmsg(2), with runs of datagrams as one message that
 * the kernel cuts (UDP_SEGMENT). Not thread-safe.
 *
 * <p>The first time that the kernel refuses to cut, it is not asked again, and what it refused goes
 * out datagram by datagram.
 */
final class Outbox {
  /** UDP_MAX_SEGMENTS of linux/udp.h as it was first; newer kernels take 128. */
  static final int MAX_SEGMENTS = 64;

  private static final Logger LOG = System.getLogger(Outbox.class.getPackageName());
  private static final int MAX_MESSAGES = 64;
  private static final long PATIENCE_NANOS = Duration.ofSeconds(3).toNanos();

  private final Libc libc = new Libc();
  private final Descriptor descriptor;
  private final Descriptor.Waiting room;
  private final boolean ipv6;
  private final int nameLength;
  private final int maxSegmentBytes;
  private final String sendsBy;
  private final MessageVector messages = new MessageVector(MAX_MESSAGES);

  // What the messages of the vector are: of which address's number, and from which datagram on.
  private final int[] addressOf = new int[MAX_MESSAGES];
  private final int[] startOf = new int[MAX_MESSAGES];
  private final int[] endOf = new int[MAX_MESSAGES];

  private List<InetSocketAddress> addresses = List.of();
  private ByteBuffer names = OffHeap.allocate(0);
  private long namesAddress;

  private volatile int segments = MAX_SEGMENTS;

  // The error with which cutting was refused, while it may have another reason; else 0.
  private int suspected;

  private final Counter datagrams = new Counter();
  private final Counter bytes = new Counter();
  private final Counter offloadRefusals = new Counter();

  /**
   * @param maxSegmentBytes the longest datagram that the kernel can cut: it makes no fragments then
   * @param sendsBy for error messages
   */
  Outbox(Descriptor descriptor, boolean ipv6, int maxSegmentBytes, String sendsBy) {
    this.descriptor = descriptor;
    this.ipv6 = ipv6;
    nameLength = SocketAddresses.length(ipv6);
    this.sendsBy = sendsBy;
    this.maxSegmentBytes = maxSegmentBytes;
    room = descriptor.new Waiting(Linux.POLLOUT);
  }

  int segments() {
    return segments;
  }

  /** How many the kernel took until now. */
  long datagrams() {
    return datagrams.count();
  }

  Port.Sent sent() {
    return new Port.Sent(datagrams.count(), bytes.count(), offloadRefusals.count());
  }

  void send(SendBatch batch, List<InetSocketAddress> to) throws IOException {
    int fd = descriptor.enter();
    try {
      if (Thread.currentThread().isInterrupted()) {
        descriptor.close();
        throw new ClosedByInterruptException();
      }
      aimAt(to);
      long data = batch.address();
      if (batch.size() == 1 && to.size() == 1) {
        sendOne(fd, data, batch.bytes());
      } else {
        sendAll(fd, batch, data);
      }
    } finally {
      Reference.reachabilityFence(batch);
      Reference.reachabilityFence(this);
      descriptor.leave();
    }
  }

  private void sendOne(int fd, long data, int length) throws IOException {
    long firstRefusal = 0;
    while (true) {
      int result = libc.sendto(fd, data, length, 0, namesAddress, nameLength);
      if (result >= 0) {
        datagrams.add(1);
        bytes.add(length);
        return;
      }
      firstRefusal = await(-result, firstRefusal, 0);
    }
  }

  /** All datagrams to the first address, then all to the next: each gets them in order. */
  private void sendAll(int fd, SendBatch batch, long data) throws IOException {
    @Nullable IOException first = null;
    long firstRefusal = 0;
    int address = 0;
    int datagram = 0;
    while (address < addresses.size() && batch.size() > 0) {
      int count = fill(batch, data, address, datagram);
      int result = libc.sendmmsg(fd, messages.address(), count, 0);
      if (result > 0) {
        count(batch, result);
        int last = result - 1;
        boolean isWhole = endOf[last] == batch.size();
        address = isWhole ? addressOf[last] + 1 : addressOf[last];
        datagram = isWhole ? 0 : endOf[last];
        firstRefusal = 0;
        if (suspected != 0) {
          blameCutting();
        }
      } else if (endOf[0] - startOf[0] > 1 && isRefusalToCut(-result)) {
        segments = 1;
        suspected = -result;
      } else {
        try {
          firstRefusal = await(-result, firstRefusal, address);
        } catch (SocketException e) {
          if (suspected != 0) { // what is not cut is refused, too: it was something else
            suspected = 0;
            segments = MAX_SEGMENTS;
          }
          first = first == null ? e : first;
          firstRefusal = 0;
          address++;
          datagram = 0;
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /** Fills the vector from this datagram to this address on; how many messages it then has. */
  private int fill(SendBatch batch, long data, int firstAddress, int firstDatagram) {
    int address = firstAddress;
    int from = firstDatagram;
    int i = 0;
    while (i < MAX_MESSAGES && address < addresses.size()) {
      int end = batch.endOfRun(from, segments, maxSegmentBytes);
      int offset = batch.offset(from);
      messages.toSend(
          i,
          data + offset,
          batch.offset(end) - offset,
          namesAddress + (long) address * SocketAddresses.BYTES,
          nameLength,
          end - from > 1 ? batch.length(from) : 0);
      addressOf[i] = address;
      startOf[i] = from;
      endOf[i] = end;
      i++;
      from = end;
      if (from == batch.size()) {
        from = 0;
        address++;
      }
    }
    return i;
  }

  private void count(SendBatch batch, int messages) {
    int count = 0;
    int length = 0;
    for (int i = 0; i < messages; i++) {
      count += endOf[i] - startOf[i];
      length += batch.offset(endOf[i]) - batch.offset(startOf[i]);
    }
    datagrams.add(count);
    bytes.add(length);
  }

  /** By udp_send_skb in the kernel: EIO without checksum offload, EINVAL for a changed MTU. */
  private static boolean isRefusalToCut(int errno) {
    return errno == Linux.EIO
        || errno == Linux.EINVAL
        || errno == Linux.ENOPROTOOPT
        || errno == Linux.EMSGSIZE;
  }

  /** What was refused to be cut is taken one by one: from now on all is sent so. */
  private void blameCutting() {
    offloadRefusals.add(1);
    LOG.log(
        Logger.Level.INFO,
        "the kernel refuses to segment UDP datagrams ({0}): from now on one by one",
        Libc.message(suspected));
    suspected = 0;
  }

  /**
   * Waits for what ends the refusal, if anything does.
   *
   * @param since when it was refused first, by {@link System#nanoTime}; 0: just now
   * @return since when it is being refused
   */
  private long await(int errno, long since, int address) throws IOException {
    long now = System.nanoTime();
    long began = since == 0 ? now : since;
    switch (errno) {
      case Linux.EINTR -> {}
      case Linux.EAGAIN -> awaitRoom();
      case Linux.ENOBUFS -> nap(Heat.NAP_NANOS); // the queue of the interface is full
      default -> {
        InetSocketAddress to = addresses.get(address);
        boolean mayBeTentative =
            errno == Linux.EADDRNOTAVAIL && to.getAddress() instanceof Inet6Address;
        if (!mayBeTentative || now - began >= PATIENCE_NANOS) {
          throw Explained.of(
              "send to " + to.getAddress().getHostAddress() + " by " + sendsBy, Errors.of(errno));
        }
        nap(50 * 1_000_000);
      }
    }
    return began;
  }

  private void awaitRoom() throws IOException {
    descriptor.startWaiting();
    try {
      room.await(-1);
    } finally {
      descriptor.stopWaiting(false);
    }
  }

  private void nap(long nanos) throws IOException {
    descriptor.startWaiting();
    try {
      LockSupport.parkNanos(nanos);
    } finally {
      descriptor.stopWaiting(false);
    }
  }

  /** Translates the addresses, unless they are the same list as the last time. */
  @SuppressWarnings("ReferenceEquality") // equal lists may be translated again, the same ones not
  private void aimAt(List<InetSocketAddress> to) {
    if (to == addresses) {
      return;
    }
    names = OffHeap.allocate(to.size() * SocketAddresses.BYTES);
    for (int i = 0; i < to.size(); i++) {
      SocketAddresses.write(names, i * SocketAddresses.BYTES, to.get(i), ipv6);
    }
    namesAddress = OffHeap.addressOf(names);
    addresses = to;
  }
}
