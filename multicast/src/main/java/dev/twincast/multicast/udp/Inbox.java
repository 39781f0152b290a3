package dev.twincast.multicast.udp;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a {@link LinuxPort}: recvmmsg(2) into one megabyte outside the heap, where
 * the kernel may glue datagrams together (UDP_GRO). Not thread-safe.
 *
 * <p>It takes what is there without waiting; when nothing is, it naps while the stream is hot, else
 * blocks: see {@link Heat}.
 */
final class Inbox {
  static final int SLOTS = 16;

  private static final int SLOT_BYTES = 65_536;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Libc libc = new Libc();
  private final Descriptor descriptor;
  private final Descriptor.Waiting data;
  private final boolean groupsOnly;
  private final MessageVector messages = new MessageVector(SLOTS);
  private final ByteBuffer names = OffHeap.allocate(SLOTS * SocketAddresses.BYTES);
  private final ReceiveBatch batch;
  private final SocketAddresses.Cache sources = new SocketAddresses.Cache();
  private final Heat heat = new Heat(System.nanoTime());
  private final ByteBuffer duration = OffHeap.allocate(2 * Long.BYTES); // time.h: s64 s; s64 ns
  private final long durationAddress = OffHeap.addressOf(duration);
  private int used;
  private @Nullable Thread withoutSlack;

  /**
   * @param groupsOnly whether datagrams that were not sent to a group are to be left out
   */
  Inbox(Descriptor descriptor, boolean groupsOnly) {
    this.descriptor = descriptor;
    this.groupsOnly = groupsOnly;
    data = descriptor.new Waiting(Linux.POLLIN);
    ByteBuffer memory = OffHeap.allocate(SLOTS * SLOT_BYTES);
    long address = OffHeap.addressOf(memory);
    long namesAddress = OffHeap.addressOf(names);
    ByteBuffer[] slots = new ByteBuffer[SLOTS];
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = memory.slice(i * SLOT_BYTES, SLOT_BYTES);
      messages.toReceive(
          i,
          address + (long) i * SLOT_BYTES,
          SLOT_BYTES,
          namesAddress + (long) i * SocketAddresses.BYTES);
    }
    batch = new ReceiveBatch(slots);
  }

  ReceiveBatch receive(long timeoutNanos) throws IOException {
    long start = System.nanoTime();
    int fd = descriptor.enter();
    try {
      descriptor.startWaiting();
      try {
        if (timeoutNanos > 0 && isEmptied() && heat.isHot(start)) {
          nap(Math.min(timeoutNanos, Heat.NAP_NANOS));
        }
        while (!take(fd)) {
          long now = System.nanoTime();
          long left = timeoutNanos == Port.FOREVER ? timeoutNanos : timeoutNanos - (now - start);
          if (left <= 0 || !descriptor.isOpen()) {
            break;
          }
          pause(now, left);
        }
      } finally {
        descriptor.stopWaiting(batch.arrived() > 0);
      }
    } finally {
      Reference.reachabilityFence(this);
      descriptor.leave();
    }
    return batch;
  }

  /** Whether the last call left nothing behind, so that another one would be in vain. */
  private boolean isEmptied() {
    return used > 0 && used < SLOTS;
  }

  /** Takes what is there; whether anything is. */
  private boolean take(int fd) throws IOException {
    for (int i = 0; i < used; i++) {
      messages.rearm(i);
    }
    used = 0;
    batch.begin(0);
    int result = libc.recvmmsg(fd, messages.address(), SLOTS, 0);
    if (result <= 0) {
      if (result != -Linux.EAGAIN && result != -Linux.EINTR) {
        throw Errors.of(-result);
      }
      return false;
    }
    used = result;
    long now = System.nanoTime();
    heat.arrived(now, result);
    batch.begin(now);
    for (int i = 0; i < result; i++) {
      deliver(i);
    }
    return batch.arrived() > 0;
  }

  /**
   * Adds a message to the batch. Control data by linux/udp.h: UDP_GRO, an int; linux/in.h: struct
   * in_pktinfo, 0: int index, 8: in_addr destination; linux/ipv6.h: struct in6_pktinfo, 0: in6_addr
   * destination, 16: int index.
   */
  private void deliver(int i) {
    int name = i * SocketAddresses.BYTES;
    boolean ipv6 = names.getShort(name) == Linux.AF_INET6;
    int info =
        ipv6
            ? messages.control(i, Linux.IPPROTO_IPV6, Linux.IPV6_PKTINFO)
            : messages.control(i, Linux.IPPROTO_IP, Linux.IP_PKTINFO);
    ByteBuffer controls = messages.controls();
    if (groupsOnly && info >= 0 && !isGroup(controls.get(ipv6 ? info : info + 8), ipv6)) {
      return;
    }
    int segment = messages.control(i, Linux.SOL_UDP, Linux.UDP_GRO);
    batch.add(
        i,
        messages.receivedBytes(i),
        segment < 0 ? 0 : controls.getInt(segment),
        sources.read(names, name),
        info < 0 ? 0 : controls.getInt(ipv6 ? info + 16 : info),
        messages.isTruncated(i));
  }

  /** By the first byte of an address: IPv4 224 to 239, IPv6 ff. */
  private static boolean isGroup(byte first, boolean ipv6) {
    return ipv6 ? first == (byte) 0xFF : (first & 0xF0) == 0xE0;
  }

  private void pause(long now, long left) {
    if (heat.isHot(now)) {
      nap(Math.min(left, Heat.NAP_NANOS));
    } else {
      long millis = Math.ceilDiv(left, NANOS_PER_MILLI);
      data.await(millis > Integer.MAX_VALUE ? -1 : (int) millis);
    }
  }

  /** By nanosleep(2), which costs less than parking. */
  private void nap(long nanos) {
    if (Thread.currentThread().isVirtual()) {
      LockSupport.parkNanos(nanos); // a system call would keep its carrier from all others
    } else {
      withoutTimerSlack();
      duration.putLong(Long.BYTES, nanos);
      libc.nanosleep(durationAddress);
    }
  }

  /** Else a nap is half as long again: Linux gives threads a slack of 50 µs (prctl(2)). */
  private void withoutTimerSlack() {
    Thread current = Thread.currentThread();
    if (current != withoutSlack) {
      libc.prctl(Linux.PR_SET_TIMERSLACK, 1);
      withoutSlack = current;
    }
  }
}
