package dev.twincast.anycast.net.announce;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A speaker by way of a daemon's control socket. The connection stays open between commands. One
 * that broke (the daemon was started anew) is made again within the same command; after any other
 * failure the next command makes it again, so that an answer that comes late is never taken for
 * another's.
 */
abstract sealed class DaemonSpeaker implements Speaker permits BirdSpeaker, FrrSpeaker {

  private final Path path;
  private final String daemon;
  private @Nullable ControlSocket socket;

  DaemonSpeaker(Path path, String daemon) {
    this.path = path;
    this.daemon = daemon;
  }

  interface Conversation<T> {
    T with(ControlSocket socket) throws IOException;
  }

  /** What is said first on a new connection. */
  abstract void greet(ControlSocket fresh) throws IOException;

  final Path path() {
    return path;
  }

  final <T> T converse(Conversation<T> conversation) throws IOException {
    ControlSocket kept = socket;
    if (kept != null) {
      try {
        return conversation.with(kept);
      } catch (SocketTimeoutException | Refusal e) {
        close(); // the daemon is there: trying again at once would not help
        throw e;
      } catch (IOException broken) {
        close();
      }
    }
    ControlSocket fresh = ControlSocket.connect(path, daemon);
    socket = fresh;
    try {
      greet(fresh);
      return conversation.with(fresh);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  @Override
  public final void close() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }

  /** The daemon has understood us, and will not do it. */
  static final class Refusal extends IOException {
    private static final long serialVersionUID = 1;

    Refusal(String message) {
      super(message);
    }
  }
}
