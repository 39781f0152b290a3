package dev.twincast.anycast.net.server;

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
 * The functions of the C library that {@link EpollPoller} calls; the only code here that binds
 * native symbols. As in the kernel, a result below zero is {@code -errno}.
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
  // int setsockopt(int sockfd, int level, int optname, const void *optval, socklen_t optlen)
  private static final MethodHandle SETSOCKOPT =
      bind("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
  // int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen)
  private static final MethodHandle BIND = bind("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
  // int listen(int sockfd, int backlog)
  private static final MethodHandle LISTEN = bind("listen", JAVA_INT, JAVA_INT, JAVA_INT);
  // int getsockname(int sockfd, struct sockaddr *addr, socklen_t *addrlen)
  private static final MethodHandle GETSOCKNAME =
      bind("getsockname", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  // int accept4(int sockfd, struct sockaddr *addr, socklen_t *addrlen, int flags)
  private static final MethodHandle ACCEPT4 =
      bind("accept4", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  // ssize_t recv(int sockfd, void *buf, size_t len, int flags)
  private static final MethodHandle RECV =
      bind("recv", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  // ssize_t send(int sockfd, const void *buf, size_t len, int flags)
  private static final MethodHandle SEND =
      bind("send", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  // int shutdown(int sockfd, int how)
  private static final MethodHandle SHUTDOWN = bind("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
  // int close(int fd)
  private static final MethodHandle CLOSE = bind("close", JAVA_INT, JAVA_INT);
  // int epoll_create1(int flags)
  private static final MethodHandle EPOLL_CREATE1 = bind("epoll_create1", JAVA_INT, JAVA_INT);
  // int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)
  private static final MethodHandle EPOLL_CTL =
      bind("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  // int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout)
  private static final MethodHandle EPOLL_WAIT =
      bind("epoll_wait", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  // int eventfd(unsigned int initval, int flags)
  private static final MethodHandle EVENTFD = bind("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
  // int eventfd_read(int fd, eventfd_t *value)
  private static final MethodHandle EVENTFD_READ =
      bind("eventfd_read", JAVA_INT, JAVA_INT, JAVA_LONG);
  // int eventfd_write(int fd, eventfd_t value); by any thread, so without errno
  private static final MethodHandle EVENTFD_WRITE =
      LINKER.downcallHandle(
          symbol("eventfd_write"), FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
  // char *strerror(int errnum)
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(symbol("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  private final MemorySegment state = Arena.ofAuto().allocate(STATE);

  /** The C library's text for an error, as in the messages of the JDK. */
  static String message(int errno) {
    try {
      return ((MemorySegment) STRERROR.invokeExact(errno)).reinterpret(1024).getString(0);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Thread-safe; whether it has worked is not told. */
  static void eventfdWrite(int fd) {
    try {
      int _ = (int) EVENTFD_WRITE.invokeExact(fd, 1L);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int socket(int domain, int type) {
    try {
      return result((int) SOCKET.invokeExact(state, domain, type, 0));
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

  int bind(int fd, long address, int length) {
    try {
      return result((int) BIND.invokeExact(state, fd, address, length));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int listen(int fd, int backlog) {
    try {
      return result((int) LISTEN.invokeExact(state, fd, backlog));
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

  int accept4(int fd, int flags) {
    try {
      return result((int) ACCEPT4.invokeExact(state, fd, 0L, 0L, flags));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int recv(int fd, long bytes, int length) {
    try {
      return result((int) (long) RECV.invokeExact(state, fd, bytes, (long) length, 0));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int send(int fd, long bytes, int length, int flags) {
    try {
      return result((int) (long) SEND.invokeExact(state, fd, bytes, (long) length, flags));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int shutdown(int fd, int how) {
    try {
      return result((int) SHUTDOWN.invokeExact(state, fd, how));
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

  int epollCreate(int flags) {
    try {
      return result((int) EPOLL_CREATE1.invokeExact(state, flags));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int epollControl(int epoll, int operation, int fd, long event) {
    try {
      return result((int) EPOLL_CTL.invokeExact(state, epoll, operation, fd, event));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  int epollWait(int epoll, long events, int room, int timeoutMillis) {
    try {
      return result((int) EPOLL_WAIT.invokeExact(state, epoll, events, room, timeoutMillis));
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

  int eventfdRead(int fd, long value) {
    try {
      return result((int) EVENTFD_READ.invokeExact(state, fd, value));
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

  private static MemorySegment symbol(String name) {
    return LINKER.defaultLookup().findOrThrow(name);
  }
}
