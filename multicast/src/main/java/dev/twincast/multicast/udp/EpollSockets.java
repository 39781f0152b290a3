package dev.twincast.multicast.udp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;

/** Sockets of {@link LinuxPort}s, watched by an epoll(7): itself a descriptor to wait on. */
final class EpollSockets implements Sockets {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final InetSocketAddress group;
  private final int receiveBufferBytes;
  private final boolean offload;
  private final Descriptor epoll;
  private final Descriptor.Waiting any;

  /**
   * @param group one of the groups: its family and port are those of all
   */
  EpollSockets(InetSocketAddress group, int receiveBufferBytes, boolean offload)
      throws IOException {
    this.group = group;
    this.receiveBufferBytes = receiveBufferBytes;
    this.offload = offload;
    var libc = new Libc();
    int fd = libc.epollCreate(Linux.CLOEXEC);
    if (fd < 0) {
      throw Explained.of("watch several sockets", Errors.of(-fd));
    }
    epoll = new Descriptor(fd, libc);
    any = epoll.new Waiting(Linux.POLLIN);
  }

  @Override
  public Port open() throws IOException {
    LinuxPort port = LinuxPort.receiving(group, false, receiveBufferBytes, offload);
    try {
      port.beWatchedBy(epoll);
      return port;
    } catch (IOException e) {
      port.close();
      throw e;
    }
  }

  @Override
  public void await(long timeoutNanos) throws IOException {
    long millis = Math.ceilDiv(timeoutNanos, NANOS_PER_MILLI);
    epoll.enter();
    try {
      epoll.startWaiting();
      try {
        any.await(millis > Integer.MAX_VALUE ? -1 : (int) millis);
      } finally {
        epoll.stopWaiting(false);
      }
    } finally {
      epoll.leave();
    }
  }

  @Override
  public long kernelDrops(List<Port> open) {
    return open.stream().mapToLong(Port::kernelDrops).sum();
  }

  @Override
  public void close() {
    try {
      epoll.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
