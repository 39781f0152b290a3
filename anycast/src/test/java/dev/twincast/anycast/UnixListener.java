package dev.twincast.anycast;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The control socket of a daemon that a test pretends to be. */
final class UnixListener implements AutoCloseable {

  /** Talks to a client until it is gone. */
  interface Talk {
    void with(SocketChannel client) throws IOException;
  }

  private final Path path;
  private final Talk talk;
  private final ServerSocketChannel listener;
  private final List<SocketChannel> clients = new CopyOnWriteArrayList<>();

  /** Listens at this path; each client is talked to on a thread of its own. */
  UnixListener(Path path, Talk talk) {
    this.path = path;
    this.talk = talk;
    try {
      listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /** Hangs up on all clients. */
  void hangUp() {
    try {
      for (SocketChannel client : clients) {
        client.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = listener.accept();
        clients.add(client);
        Thread.ofVirtual().start(() -> talkTo(client));
      }
    } catch (IOException closed) {
      // the end of the test
    }
  }

  private void talkTo(SocketChannel client) {
    try (client) {
      talk.with(client);
    } catch (IOException closed) {
      // the client is gone
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      hangUp();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
