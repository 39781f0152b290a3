package dev.twincast.multicast.udp;

/**
 * Numbers of Linux's headers, for x86-64 and aarch64: both little-endian and LP64, and both take
 * their socket options, errors and flags from asm-generic, so one table serves. (Options of other
 * architectures differ: asm/socket.h of MIPS, SPARC and PA-RISC.)
 */
final class Linux {
  private Linux() {}

  // bits/socket.h, bits/socket_type.h, sys/eventfd.h, sys/epoll.h, poll.h, linux/prctl.h
  static final int AF_UNIX = 1;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOCK_DGRAM = 2;
  static final int NONBLOCK = 0x800; // SOCK_NONBLOCK, EFD_NONBLOCK
  static final int CLOEXEC = 0x80000; // SOCK_CLOEXEC, EFD_CLOEXEC, EPOLL_CLOEXEC
  static final int MSG_TRUNC = 0x20;
  static final short POLLIN = 1; // EPOLLIN
  static final short POLLOUT = 4;
  static final int EPOLL_CTL_ADD = 1;
  static final int PR_SET_TIMERSLACK = 29;

  // asm-generic/socket.h, linux/sock_diag.h
  static final int SOL_SOCKET = 1;
  static final int SO_REUSEADDR = 2;
  static final int SO_SNDBUF = 7;
  static final int SO_RCVBUF = 8;
  static final int SO_PASSCRED = 16;
  static final int SCM_CREDENTIALS = 2;
  static final int SO_MEMINFO = 55;
  static final int SK_MEMINFO_DROPS = 8;
  static final int SK_MEMINFO_VARS = 9;

  // bits/in.h, linux/in.h, linux/in6.h
  static final int IPPROTO_IP = 0;
  static final int IP_TTL = 2;
  static final int IP_PKTINFO = 8;
  static final int IP_MULTICAST_IF = 32;
  static final int IP_MULTICAST_TTL = 33;
  static final int IP_MULTICAST_LOOP = 34;
  static final int IP_MULTICAST_ALL = 49;
  static final int IPPROTO_IPV6 = 41;
  static final int IPV6_UNICAST_HOPS = 16;
  static final int IPV6_MULTICAST_IF = 17;
  static final int IPV6_MULTICAST_HOPS = 18;
  static final int IPV6_MULTICAST_LOOP = 19;
  static final int IPV6_V6ONLY = 26;
  static final int IPV6_MULTICAST_ALL = 29;
  static final int IPV6_RECVPKTINFO = 49;
  static final int IPV6_PKTINFO = 50;
  static final int MCAST_JOIN_GROUP = 42;
  static final int MCAST_LEAVE_GROUP = 45;
  static final int MCAST_JOIN_SOURCE_GROUP = 46;
  static final int MCAST_LEAVE_SOURCE_GROUP = 47;

  // linux/udp.h
  static final int SOL_UDP = 17;
  static final int UDP_SEGMENT = 103;
  static final int UDP_GRO = 104;

  // asm-generic/errno-base.h, asm-generic/errno.h
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int ENODEV = 19;
  static final int EINVAL = 22;
  static final int EMSGSIZE = 90;
  static final int ENOPROTOOPT = 92;
  static final int EADDRINUSE = 98;
  static final int EADDRNOTAVAIL = 99;
  static final int ENOBUFS = 105;
}
