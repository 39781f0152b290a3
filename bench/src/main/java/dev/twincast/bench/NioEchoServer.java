package dev.twincast.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The JDK's own way: one selector on one thread, as {@code echo.c} does it with epoll. */
final class NioEchoServer {
  static final String GREETING = "Hello from server j\n";
  static final int BACKLOG = 4096;

  private final Selector selector = Selector.open();
  private final ByteBuffer buffer = Program.buffer(65_536);
  private final boolean greets;
  private final byte[] greeting = Program.ascii(GREETING);

  private NioEchoServer(boolean greets) throws IOException {
    this.greets = greets;
  }

  static void run(Values settings) throws IOException {
    new NioEchoServer(settings.text("mode").equals("greet")).serve(address(settings));
  }

  static InetSocketAddress address(Values settings) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.integer("port"));
  }

  private void serve(InetSocketAddress address) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open().bind(address, BACKLOG);
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
    Program.ready();
    while (true) {
      selector.select(this::onReady);
    }
  }

  private void onReady(SelectionKey key) {
    try {
      if (key.channel() instanceof ServerSocketChannel listener) {
        accept(listener);
      } else {
        echo((SocketChannel) key.channel());
      }
    } catch (IOException e) {
      close((SocketChannel) key.channel());
    }
  }

  private void accept(ServerSocketChannel listener) throws IOException {
    for (SocketChannel channel; (channel = listener.accept()) != null; ) {
      if (greets) {
        channel.write(buffer.clear().put(greeting).flip());
        channel.close();
      } else {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.register(selector, SelectionKey.OP_READ);
      }
    }
  }

  private void echo(SocketChannel channel) throws IOException {
    int n = channel.read(buffer.clear());
    if (n < 0) {
      channel.close();
      return;
    }
    buffer.flip();
    while (buffer.hasRemaining()) { // again only if a client does not read, which ours do
      channel.write(buffer);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is closed nevertheless.
    }
  }
}
