package dev.twincast.anycast.net.server;

import static dev.twincast.anycast.net.server.Linux.EPOLLERR;
import static dev.twincast.anycast.net.server.Linux.EPOLLHUP;
import static dev.twincast.anycast.net.server.Linux.EPOLLIN;
import static dev.twincast.anycast.net.server.Linux.EPOLLOUT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Linux's epoll, level-triggered, with the system calls of a C server and no others. It passes
 * buffers as they are, so the two that its loop uses are remembered with their addresses.
 */
final class EpollPoller implements Poller {
  private static final int MOST_EVENTS = 512;

  private final Libc libc = new Libc();
  private final EpollEvents ready = new EpollEvents(MOST_EVENTS);
  private final EpollEvents change = new EpollEvents(1);
  private final int epoll;
  private int listener = -1;
  private @Nullable EpollLink[] links = new EpollLink[64]; // by descriptor

  private final Object waking = new Object();
  private final int wakeup;
  private boolean woken; // guarded by waking
  private boolean closed; // guarded by waking

  private final Place input = new Place();
  private final Place output = new Place();

  EpollPoller() throws IOException {
    epoll = checked(libc.epollCreate(Linux.CLOEXEC));
    int fd = libc.eventfd(Linux.NONBLOCK | Linux.CLOEXEC);
    if (fd < 0) {
      libc.close(epoll);
    }
    wakeup = checked(fd);
    control(Linux.EPOLL_CTL_ADD, wakeup, EPOLLIN);
  }

  @Override
  public int listen(InetSocketAddress address) throws IOException {
    listener = ListeningSocket.open(libc, address);
    control(Linux.EPOLL_CTL_ADD, listener, EPOLLIN);
    return ListeningSocket.port(libc, listener);
  }

  @Override
  public void acceptable(boolean wanted) throws IOException {
    if (listener >= 0) {
      control(Linux.EPOLL_CTL_MOD, listener, wanted ? EPOLLIN : 0);
    }
  }

  @Override
  public void stopListening() {
    if (listener >= 0) {
      libc.close(listener);
      listener = -1;
    }
  }

  @Override
  public @Nullable Link accept() throws IOException {
    while (true) {
      int fd = libc.accept4(listener, Linux.NONBLOCK | Linux.CLOEXEC);
      if (fd == -Linux.EAGAIN) {
        return null;
      }
      if (fd != -Linux.EINTR && fd != -Linux.ECONNABORTED) {
        return new EpollLink(checked(fd));
      }
    }
  }

  @Override
  public void add(Link link, Object attachment) throws IOException {
    EpollLink mine = (EpollLink) link;
    if (mine.fd >= links.length) {
      links = Arrays.copyOf(links, Math.max(mine.fd + 1, 2 * links.length));
    }
    links[mine.fd] = mine;
    mine.begin(this, attachment);
  }

  @Override
  public void await(long nanos, Events events) throws IOException {
    int millis = (int) Math.min((nanos + 999_999) / 1_000_000, Integer.MAX_VALUE);
    int count = libc.epollWait(epoll, ready.address(), ready.room(), millis);
    if (count < 0 && count != -Linux.EINTR) {
      checked(count);
    }
    for (int i = 0; i < count; i++) {
      tell(ready.descriptor(i), ready.events(i), events);
    }
  }

  private void tell(int fd, int mask, Events events) {
    if (fd == wakeup) {
      synchronized (waking) {
        woken = false;
        libc.eventfdRead(wakeup, change.address()); // 8 bytes that nobody needs
      }
    } else if (fd == listener) {
      events.onAcceptable();
    } else {
      EpollLink link = fd < links.length ? links[fd] : null;
      if (link != null) { // else closed since the wait
        link.tell(mask, events);
      }
    }
  }

  @Override
  public void wakeup() {
    synchronized (waking) {
      if (!woken && !closed) {
        woken = true;
        Libc.eventfdWrite(wakeup);
      }
    }
  }

  @Override
  public void close() {
    stopListening();
    synchronized (waking) {
      closed = true;
      libc.close(wakeup);
    }
    libc.close(epoll);
  }

  /** Whether the event of {@link #wakeup} is told as it was asked for; for the test at start. */
  boolean wasWoken() {
    int count = libc.epollWait(epoll, ready.address(), ready.room(), 0);
    return count == 1 && ready.descriptor(0) == wakeup && ready.events(0) == EPOLLIN;
  }

  private void control(int operation, int fd, int mask) throws IOException {
    change.set(0, mask, fd);
    checked(libc.epollControl(epoll, operation, fd, change.address()));
  }

  static int checked(int result) throws IOException {
    if (result < 0) {
      throw new SocketException(Libc.message(-result));
    }
    return result;
  }

  static long addressOf(ByteBuffer direct) {
    return MemorySegment.ofBuffer(direct.duplicate().clear()).address();
  }

  /** Where in memory the buffer is that was last asked for. */
  private static final class Place {
    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);
    private long address;

    /** The address of the next byte. */
    @SuppressWarnings("ReferenceEquality") // equal buffers are in different places
    long of(ByteBuffer direct) {
      if (direct != buffer) {
        buffer = direct;
        address = addressOf(direct);
      }
      return address + direct.position();
    }
  }

  /** One connection; in no poller before {@link #begin}. */
  private static final class EpollLink implements Link {
    private final int fd;
    private @Nullable EpollPoller poller;
    private @Nullable Object attachment;
    private int mask;
    private boolean closed;

    EpollLink(int fd) {
      this.fd = fd;
    }

    void begin(EpollPoller poller, Object attachment) throws IOException {
      this.poller = poller;
      this.attachment = attachment;
      interest(true, false);
    }

    void tell(int ready, Events events) {
      if (attachment != null) {
        // Errors show up in whatever was wanted.
        int end = (ready & (EPOLLERR | EPOLLHUP)) == 0 ? 0 : mask;
        events.onReady(attachment, ((ready | end) & EPOLLIN) != 0, ((ready | end) & EPOLLOUT) != 0);
      }
    }

    private EpollPoller poller() throws ClosedChannelException {
      if (poller == null) {
        throw new IllegalStateException("not yet added");
      }
      if (closed) {
        throw new ClosedChannelException(); // the number may be another connection's by now
      }
      return poller;
    }

    @Override
    public int read(ByteBuffer in) throws IOException {
      EpollPoller mine = poller();
      int n = mine.libc.recv(fd, mine.input.of(in), in.remaining());
      if (n > 0) {
        in.position(in.position() + n);
        return n;
      }
      return n == 0 ? -1 : transferred(n);
    }

    @Override
    public int write(ByteBuffer out) throws IOException {
      EpollPoller mine = poller();
      int n = mine.libc.send(fd, mine.output.of(out), out.remaining(), Linux.MSG_NOSIGNAL);
      if (n > 0) {
        out.position(out.position() + n);
        return n;
      }
      return transferred(n);
    }

    private static int transferred(int result) throws IOException {
      return result == -Linux.EAGAIN || result == -Linux.EINTR ? 0 : checked(result);
    }

    @Override
    public void interest(boolean readable, boolean writable) throws IOException {
      int wanted = (readable ? EPOLLIN : 0) | (writable ? EPOLLOUT : 0);
      if (wanted != mask) {
        // Without any interest it must go: errors are told always, again and again.
        int operation =
            mask == 0
                ? Linux.EPOLL_CTL_ADD
                : wanted == 0 ? Linux.EPOLL_CTL_DEL : Linux.EPOLL_CTL_MOD;
        poller().control(operation, fd, wanted);
        mask = wanted;
      }
    }

    @Override
    public void shutdownOutput() throws IOException {
      checked(poller().libc.shutdown(fd, Linux.SHUT_WR));
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        if (poller == null) {
          new Libc().close(fd);
        } else {
          poller.links[fd] = null;
          poller.libc.close(fd);
        }
      }
    }
  }
}
