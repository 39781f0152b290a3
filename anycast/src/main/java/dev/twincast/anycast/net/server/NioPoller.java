package dev.twincast.anycast.net.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@link Selector}: for every platform. */
final class NioPoller implements Poller {
  private final Selector selector;
  private @Nullable ServerSocketChannel listener;
  private @Nullable SelectionKey listenerKey;

  NioPoller() throws IOException {
    selector = Selector.open();
  }

  @Override
  public int listen(InetSocketAddress address) throws IOException {
    ServerSocketChannel channel = SharedPort.listen(address);
    channel.configureBlocking(false);
    listener = channel;
    listenerKey = channel.register(selector, SelectionKey.OP_ACCEPT);
    return channel.socket().getLocalPort();
  }

  @Override
  public void acceptable(boolean wanted) {
    if (listenerKey != null && listenerKey.isValid()) {
      listenerKey.interestOps(wanted ? SelectionKey.OP_ACCEPT : 0);
    }
  }

  @Override
  public void stopListening() throws IOException {
    if (listener != null) {
      listener.close();
      selector.selectNow(); // only now the kernel's socket is closed
    }
  }

  @Override
  public @Nullable Link accept() throws IOException {
    SocketChannel channel = Objects.requireNonNull(listener).accept();
    if (channel == null) {
      return null;
    }
    NioLink link = new NioLink(channel);
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    } catch (IOException e) {
      link.close(); // the client has gone already
    }
    return link;
  }

  @Override
  public void add(Link link, Object attachment) throws IOException {
    NioLink nio = (NioLink) link;
    nio.key = nio.channel.register(selector, SelectionKey.OP_READ, attachment);
  }

  @Override
  public void await(long nanos, Events events) throws IOException {
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos + 999_999);
    if (millis > 0) {
      selector.select(key -> tell(key, events), millis);
    } else {
      selector.selectNow(key -> tell(key, events));
    }
  }

  private static void tell(SelectionKey key, Events events) {
    @Nullable Object attachment = key.attachment();
    if (attachment == null) {
      events.onAcceptable();
    } else {
      int ready = key.isValid() ? key.readyOps() : 0;
      events.onReady(
          attachment, (ready & SelectionKey.OP_READ) != 0, (ready & SelectionKey.OP_WRITE) != 0);
    }
  }

  @Override
  public void wakeup() {
    selector.wakeup();
  }

  @Override
  public void close() throws IOException {
    stopListening();
    selector.close();
  }

  private static final class NioLink implements Link {
    private final SocketChannel channel;
    private @Nullable SelectionKey key;

    NioLink(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read(ByteBuffer in) throws IOException {
      return channel.read(in);
    }

    @Override
    public int write(ByteBuffer out) throws IOException {
      return channel.write(out);
    }

    @Override
    public void interest(boolean readable, boolean writable) {
      if (key != null) {
        key.interestOps(
            (readable ? SelectionKey.OP_READ : 0) | (writable ? SelectionKey.OP_WRITE : 0));
      }
    }

    @Override
    public void shutdownOutput() throws IOException {
      channel.shutdownOutput();
    }

    @Override
    public void close() {
      StreamConnection.closeQuietly(channel);
    }
  }
}
