package dev.twincast.anycast;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A BIRD with one static protocol, {@code vip1}, that routes 10.99.0.1/32. */
final class FakeBird implements AutoCloseable {
  private final UnixListener listener;
  private final List<String> commands = new CopyOnWriteArrayList<>();
  private volatile boolean isEnabled;
  private volatile boolean isSilent;

  FakeBird(Path path) {
    listener = new UnixListener(path, this::talk);
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

  private void talk(SocketChannel connection) throws IOException {
    try (var in = new BufferedReader(Channels.newReader(connection, UTF_8));
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
    listener.close();
  }
}
