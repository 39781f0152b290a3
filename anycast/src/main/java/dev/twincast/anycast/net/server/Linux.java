package dev.twincast.anycast.net.server;

/**
 * Numbers of Linux's headers, for x86-64 and aarch64: both little-endian and LP64, and both take
 * their socket options, errors and flags from asm-generic, so one table serves.
 */
final class Linux {
  private Linux() {}

  // bits/socket.h, bits/socket_type.h, sys/eventfd.h, sys/epoll.h
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOCK_STREAM = 1;
  static final int NONBLOCK = 0x800; // SOCK_NONBLOCK, EFD_NONBLOCK
  static final int CLOEXEC = 0x80000; // SOCK_CLOEXEC, EFD_CLOEXEC, EPOLL_CLOEXEC
  static final int MSG_NOSIGNAL = 0x4000;
  static final int SHUT_WR = 1;

  // asm-generic/socket.h, linux/in6.h, linux/tcp.h
  static final int SOL_SOCKET = 1;
  static final int SO_REUSEADDR = 2;
  static final int SO_REUSEPORT = 15;
  static final int IPPROTO_IPV6 = 41;
  static final int IPV6_V6ONLY = 26;
  static final int IPPROTO_TCP = 6;
  static final int TCP_NODELAY = 1;

  // sys/epoll.h
  static final int EPOLL_CTL_ADD = 1;
  static final int EPOLL_CTL_DEL = 2;
  static final int EPOLL_CTL_MOD = 3;
  static final int EPOLLIN = 1;
  static final int EPOLLOUT = 4;
  static final int EPOLLERR = 8;
  static final int EPOLLHUP = 16;

  // asm-generic/errno-base.h, asm-generic/errno.h
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int EAFNOSUPPORT = 97;
  static final int ECONNABORTED = 103;
}
