package dev.twincast.multicast.udp;

import java.nio.ByteBuffer;

/**
 * The argument of sendmmsg(2) and recvmmsg(2): an array of messages, each with one piece of data,
 * one address and a little control data. Offsets by bits/socket.h and bits/types/struct_iovec.h of
 * glibc, LP64 (musl has its int fields of msghdr at the same places, padded with zeros):
 *
 * <pre>
 *   struct mmsghdr   0: void *msg_name    8: socklen_t msg_namelen    16: iovec *msg_iov    24: size_t msg_iovlen
 *                   32: void *msg_control 40: size_t msg_controllen   48: int msg_flags     56: unsigned msg_len     64 in all
 *   struct iovec     0: void *iov_base    8: size_t iov_len                                                          16 in all
 *   struct cmsghdr   0: size_t cmsg_len   8: int cmsg_level           12: int cmsg_type     16: data, padded to 8
 * </pre>
 *
 * <p>Not thread-safe. Neither writing nor reading allocates.
 */
final class MessageVector {
  private static final int HEADER = 64;
  private static final int IOVEC = 16;
  private static final int CMSG_DATA = 16;
  private static final int UDP_SEGMENT_SPACE = 24; // CMSG_SPACE(sizeof(__u16))
  private static final int UDP_SEGMENT_LENGTH = 18; // CMSG_LEN(sizeof(__u16))

  /** Enough for UDP_GRO (24) and IPV6_PKTINFO (40), and a stranger. */
  static final int CONTROL_BYTES = 128;

  private final ByteBuffer headers;
  private final ByteBuffer iovecs;
  private final ByteBuffer controls;
  private final long address;
  private final long iovecsAddress;
  private final long controlsAddress;

  MessageVector(int messages) {
    headers = OffHeap.allocate(messages * HEADER);
    iovecs = OffHeap.allocate(messages * IOVEC);
    controls = OffHeap.allocate(messages * CONTROL_BYTES);
    address = OffHeap.addressOf(headers);
    iovecsAddress = OffHeap.addressOf(iovecs);
    controlsAddress = OffHeap.addressOf(controls);
    for (int i = 0; i < messages; i++) {
      headers.putLong(i * HEADER + 16, iovecsAddress + (long) i * IOVEC);
      headers.putLong(i * HEADER + 24, 1);
    }
  }

  long address() {
    return address;
  }

  /** A message to be sent: as one datagram, or cut into datagrams of this length if not zero. */
  void toSend(int i, long data, int length, long name, int nameLength, int segmentBytes) {
    setData(i, data, length);
    setName(i, name, nameLength);
    int header = i * HEADER;
    if (segmentBytes == 0) {
      headers.putLong(header + 32, 0);
      headers.putLong(header + 40, 0);
      return;
    }
    int control = i * CONTROL_BYTES;
    controls.putLong(control, UDP_SEGMENT_LENGTH);
    controls.putInt(control + 8, Linux.SOL_UDP);
    controls.putInt(control + 12, Linux.UDP_SEGMENT);
    controls.putShort(control + CMSG_DATA, (short) segmentBytes);
    headers.putLong(header + 32, controlsAddress + control);
    headers.putLong(header + 40, UDP_SEGMENT_SPACE);
  }

  /** Room for a message to be received. */
  void toReceive(int i, long data, int length, long name) {
    setData(i, data, length);
    setName(i, name, SocketAddresses.BYTES);
    headers.putLong(i * HEADER + 32, controlsAddress + (long) i * CONTROL_BYTES);
    rearm(i);
  }

  /** Makes room again: the kernel has written over the lengths. */
  void rearm(int i) {
    headers.putInt(i * HEADER + 8, SocketAddresses.BYTES);
    headers.putLong(i * HEADER + 40, CONTROL_BYTES);
    headers.putInt(i * HEADER + 48, 0);
  }

  int receivedBytes(int i) {
    return headers.getInt(i * HEADER + 56);
  }

  boolean isTruncated(int i) {
    return (headers.getInt(i * HEADER + 48) & Linux.MSG_TRUNC) != 0;
  }

  /** All control data; where in it the data of one item begins, tells {@link #control}. */
  ByteBuffer controls() {
    return controls;
  }

  /** The offset in {@link #controls} of the data of one kind with a message; -1: none came. */
  int control(int i, int level, int type) {
    int at = i * CONTROL_BYTES;
    int end = at + (int) headers.getLong(i * HEADER + 40);
    while (at + CMSG_DATA <= end) {
      long length = controls.getLong(at);
      if (length < CMSG_DATA || length > end - at) {
        return -1;
      }
      if (controls.getInt(at + 8) == level && controls.getInt(at + 12) == type) {
        return at + CMSG_DATA;
      }
      at += ((int) length + 7) & ~7;
    }
    return -1;
  }

  private void setData(int i, long data, int length) {
    iovecs.putLong(i * IOVEC, data);
    iovecs.putLong(i * IOVEC + 8, length);
  }

  private void setName(int i, long name, int nameLength) {
    headers.putLong(i * HEADER, name);
    headers.putInt(i * HEADER + 8, nameLength);
  }
}
