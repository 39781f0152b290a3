package dev.twincast.multicast.udp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Selector;
import java.util.List;

/** Sockets of {@link NioPort}s, watched by a {@link Selector}. */
final class SelectorSockets implements Sockets {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final InetSocketAddress group;
  private final int receiveBufferBytes;
  private final Selector selector = Selector.open();

  /**
   * @param group one of the groups: its family and port are those of all
   */
  SelectorSockets(InetSocketAddress group, int receiveBufferBytes) throws IOException {
    this.group = group;
    this.receiveBufferBytes = receiveBufferBytes;
  }

  @Override
  public Port open() throws IOException {
    NioPort port = NioPort.receiving(group, false, receiveBufferBytes);
    try {
      port.beWatchedBy(selector);
      selector.wakeup();
      return port;
    } catch (IOException | RuntimeException e) {
      port.close();
      throw e;
    }
  }

  /** Milliseconds, rounded up; 0 would wait for ever. */
  @Override
  public void await(long timeoutNanos) throws IOException {
    try {
      selector.select(key -> {}, Math.max(1, Math.ceilDiv(timeoutNanos, NANOS_PER_MILLI)));
    } catch (ClosedSelectorException e) {
      throw new AsynchronousCloseException();
    }
  }

  /** Each socket alone could not tell which of this process's are its own. */
  @Override
  public long kernelDrops(List<Port> open) {
    return SocketTable.drops(open.getFirst().localPort(), open.size());
  }

  @Override
  public void close() {
    try {
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
