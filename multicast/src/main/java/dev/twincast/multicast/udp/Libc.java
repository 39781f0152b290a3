package dev.twincast.multicast.udp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The functions of the C library that {@link LinuxPort} calls; the only code here that binds native
 * symbols. As in the kernel, a result below zero is {@code -errno}.
 *
 * <p>A pointer is a {@code long}: x86-64 and aarch64 pass both in the same registers, and so a call
 * makes no object. Who passes an address keeps its buffer reachable until the call is over.
 *
 * <p>Not thread-safe: each instance holds the errno of one call.
 */
@SuppressWarnings("restricted")
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  // int socket(int domain, int type, int protocol)
  private static final MethodHandle SOCKET = bind("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  // int socketpair(int domain, int type, int protocol, int sv[2])
  private static final MethodHandle SOCKETPAIR =
      bind("socketpair", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  // int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen)
  private static final MethodHandle BIND = bind("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
  // int getsockname(int sockfd, struct sockaddr *addr, socklen_t *addrlen)
  private static final MethodHandle GETSOCKNAME =
      bind("getsockname", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  // int setsockopt(int sockfd, int level, int optname, const void *optval, socklen_t optlen)
  private static final MethodHandle SETSOCKOPT =
      bind("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
  // int getsockopt(int sockfd, int level, int optname, void *optval, socklen_t *optlen)
  private static final MethodHandle GETSOCKOPT =
      bind("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  // ssize_t sendto(int sockfd, const void *buf, size_t len, int flags,
  //                const struct sockaddr *dest_addr, socklen_t addrlen)
  private static final MethodHandle SENDTO =
      bind("sendto", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
  // int sendmmsg(int sockfd, struct mmsghdr *msgvec, unsigned int vlen, int flags)
  private static final MethodHandle SENDMMSG =
      bind("sendmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  // int recvmmsg(int sockfd, struct mmsghdr *msgvec, unsigned int vlen, int flags,
  //              struct timespec *timeout)
  private static final MethodHandle RECVMMSG =
      bind("recvmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
  // int poll(struct pollfd *fds, nfds_t nfds, int timeout)
  private static final MethodHandle POLL =
      bindWithoutErrno("poll", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  // int nanosleep(const struct timespec *duration, struct timespec *rem)
  private static final MethodHandle NANOSLEEP =
      bindWithoutErrno("nanosleep", JAVA_INT, JAVA_LONG, JAVA_LONG);
  // int eventfd(unsigned int initval, int flags)
  private static final MethodHandle EVENTFD = bind("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
  // ssize_t write(int fd, const void *buf, size_t count)
  private static final MethodHandle WRITE =
      bind("write", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
  // int close(int fd)
  private static final MethodHandle CLOSE = bind("close", JAVA_INT, JAVA_INT);
  // int prctl(int option, unsigned long arg2, ...)
  private static final MethodHandle PRCTL =
      LINKER.downcallHandle(
          symbol("prctl"),
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG),
          Linker.Option.firstVariadicArg(1),
          Linker.Option.captureCallState("errno"));
  // char *strerror(int errnum)
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(symbol("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  /** Bound when they are needed: a start of the JVM feels each function. */
  private static final class Epoll {
    // int epoll_create1(int flags)
    static final MethodHandle CREATE = bind("epoll_create1", JAVA_INT, JAVA_INT);
    // int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)
    static final MethodHandle CTL =
        bind("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  }

  private final MemorySegment state = Arena.ofAuto().allocate(STATE);

  /** The C library's text for an error, as in the messages of the JDK. */
  static String message(int errno) {
    try {
      return ((MemorySegment) STRERROR.invokeExact(errno)).reinterpret(1024).getString(0);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int socket(int domain, int type, int protocol) {
    try {
      return result((int) SOCKET.invokeExact(state, domain, type, protocol));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int socketpair(int domain, int type, long pair) {
    try {
      return result((int) SOCKETPAIR.invokeExact(state, domain, type, 0, pair));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int bind(int fd, long address, int length) {
    try {
      return result((int) BIND.invokeExact(state, fd, address, length));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int getsockname(int fd, long address, long length) {
    try {
      return result((int) GETSOCKNAME.invokeExact(state, fd, address, length));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int setsockopt(int fd, int level, int name, long value, int length) {
    try {
      return result((int) SETSOCKOPT.invokeExact(state, fd, level, name, value, length));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int getsockopt(int fd, int level, int name, long value, long length) {
    try {
      return result((int) GETSOCKOPT.invokeExact(state, fd, level, name, value, length));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int sendto(int fd, long bytes, int length, int flags, long to, int toLength) {
    try {
      return result(
          (int) (long) SENDTO.invokeExact(state, fd, bytes, (long) length, flags, to, toLength));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int sendmmsg(int fd, long messages, int count, int flags) {
    try {
      return result((int) SENDMMSG.invokeExact(state, fd, messages, count, flags));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int recvmmsg(int fd, long messages, int count, int flags) {
    try {
      return result((int) RECVMMSG.invokeExact(state, fd, messages, count, flags, 0L));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** -1 on any error. */
  int poll(long descriptors, int count, int timeoutMillis) {
    try {
      return (int) POLL.invokeExact(descriptors, (long) count, timeoutMillis);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** -1 on any error. */
  int nanosleep(long duration) {
    try {
      return (int) NANOSLEEP.invokeExact(duration, 0L);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int eventfd(int flags) {
    try {
      return result((int) EVENTFD.invokeExact(state, 0, flags));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int epollCreate(int flags) {
    try {
      return result((int) Epoll.CREATE.invokeExact(state, flags));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int epollCtl(int epoll, int operation, int fd, long event) {
    try {
      return result((int) Epoll.CTL.invokeExact(state, epoll, operation, fd, event));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int write(int fd, long bytes, int length) {
    try {
      return result((int) (long) WRITE.invokeExact(state, fd, bytes, (long) length));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int close(int fd) {
    try {
      return result((int) CLOSE.invokeExact(state, fd));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int prctl(int option, long value) {
    try {
      return result((int) PRCTL.invokeExact(state, option, value));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private int result(int returned) {
    return returned >= 0 ? returned : -(int) ERRNO.get(state, 0L);
  }

  private static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... parameters) {
    return LINKER.downcallHandle(
        symbol(name),
        FunctionDescriptor.of(result, parameters),
        Linker.Option.captureCallState("errno"));
  }

  /**
   * For what waits: whoever is woken looks himself, whatever the reason. To capture errno makes an
   * object where the call is not compiled, and waits are too rare to be.
   */
  private static MethodHandle bindWithoutErrno(
      String name, MemoryLayout result, MemoryLayout... parameters) {
    return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(result, parameters));
  }

  private static MemorySegment symbol(String name) {
    return LINKER.defaultLookup().findOrThrow(name);
  }
}
