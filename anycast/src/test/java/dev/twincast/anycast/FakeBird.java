package dev.twincast.anycast;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A BIRD with one static protocol, {@code vip1}, that routes 10.99.0.1/32. */
final class FakeBird implements AutoCloseable {
  private final Path path;
  private final ServerSocketChannel listener;
  private final List<SocketChannel> connections = new CopyOnWriteArrayList<>();
  private final List<String> commands = new CopyOnWriteArrayList<>();
  private volatile boolean isEnabled;
  private volatile boolean isSilent;

  FakeBird(Path path) {
    this.path = path;
    try {
      listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  boolean isEnabled() {
    return isEnabled;
  }

  /** What an operator does behind our back. */
  void enable(boolean enabled) {
    isEnabled = enabled;
  }

  /** From now on it takes commands, does nothing and says nothing: a daemon that is stopped. */
  void silence(boolean silent) {
    isSilent = silent;
  }

  List<String> commands() {
    return commands;
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel connection = listener.accept();
        connections.add(connection);
        Thread.ofVirtual().start(() -> talk(connection));
      }
    } catch (IOException closed) {
      // the end of the test
    }
  }

  private void talk(SocketChannel connection) {
    try (connection;
        var in = new BufferedReader(Channels.newReader(connection, UTF_8));
        var out = Channels.newWriter(connection, UTF_8)) {
      out.write("0001 BIRD 9.9 ready.\n");
      out.flush();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!isSilent) {
          commands.add(line);
          out.write(answer(line));
          out.flush();
        }
      }
    } catch (IOException closed) {
      // the client is gone
    }
  }

  private String answer(String command) {
    boolean was = isEnabled;
    return switch (command) {
      case "show static 'vip1'" -> "1009-10.99.0.1/32\tblackhole\n0000 \n";
      case "enable 'vip1'" -> {
        isEnabled = true;
        yield was ? "0010-another text\n0000 \n" : "0011-vip1: on\n0000 \n";
      }
      case "disable 'vip1'" -> {
        isEnabled = false;
        yield was ? "0009-vip1: off\n0000 \n" : "0008-another text\n0000 \n";
      }
      default -> "9001 syntax error\n";
    };
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (SocketChannel connection : connections) {
        connection.close();
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
