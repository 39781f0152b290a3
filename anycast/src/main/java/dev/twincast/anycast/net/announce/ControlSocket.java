package dev.twincast.anycast.net.announce;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A connection to a daemon's Unix-domain socket, for questions and answers, each within a time. Not
 * thread-safe.
 */
final class ControlSocket implements AutoCloseable {
  private static final int FIRST_BYTES = 4_096;

  /** Longer answers are refused; a configuration of a big router fits. */
  static final int MAX_BYTES = 8 << 20;

  private final Path path;
  private final SocketChannel channel;
  private final Selector selector;
  private ByteBuffer received = ByteBuffer.allocate(FIRST_BYTES);

  private ControlSocket(Path path, SocketChannel channel, Selector selector) {
    this.path = path;
    this.channel = channel;
    this.selector = selector;
  }

  /**
   * Connects.
   *
   * @param daemon its name, for messages
   */
  static ControlSocket connect(Path path, String daemon) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.configureBlocking(false);
      if (!channel.connect(UnixDomainSocketAddress.of(path))) {
        throw new SocketTimeoutException(path + ": " + daemon + " does not take connections");
      }
      Selector selector = Selector.open();
      channel.register(selector, SelectionKey.OP_READ);
      return new ControlSocket(path, channel, selector);
    } catch (IOException e) {
      channel.close();
      throw e instanceof SocketException reason ? explained(path, daemon, reason) : e;
    }
  }

  private static IOException explained(Path path, String daemon, SocketException e) {
    String reason = String.valueOf(e.getMessage());
    if (reason.contains("No such file")) {
      return because(
          e,
          new NoSuchFileException(
              "%s: there is no such socket; is %s running? (try: ls -l %s)"
                  .formatted(path, daemon, path.toAbsolutePath().getParent())));
    }
    if (reason.contains("ermission denied")) {
      return because(
          e,
          new AccessDeniedException(
              "%s: not permitted (try: sudo, or the group that owns it: ls -l %s)"
                  .formatted(path, path)));
    }
    return e instanceof ConnectException
        ? because(
            e,
            new ConnectException(
                "%s: nobody listens there; is %s running? (try: pgrep -a %s)"
                    .formatted(path, daemon, daemon.toLowerCase(Locale.ROOT))))
        : e;
  }

  private static IOException because(SocketException cause, IOException explained) {
    explained.initCause(cause);
    return explained;
  }

  /**
   * Waits for an answer.
   *
   * @param isWhole whether what has come is all of it
   * @return what has come, valid until the next call
   * @throws SocketTimeoutException if the answer is not whole in time
   * @throws EOFException if the daemon has closed the connection
   */
  ByteBuffer read(long timeoutNanos, Predicate<ByteBuffer> isWhole) throws IOException {
    long deadline = System.nanoTime() + timeoutNanos;
    received.clear();
    while (true) {
      int count = channel.read(received);
      if (count < 0) {
        throw new EOFException(path + ": the daemon has closed the connection");
      }
      if (count > 0) {
        ByteBuffer sofar = received.duplicate().flip();
        if (isWhole.test(sofar)) {
          return sofar;
        }
        makeRoom();
        continue;
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new SocketTimeoutException(
            "%s: no answer within %d ms"
                .formatted(path, TimeUnit.NANOSECONDS.toMillis(timeoutNanos)));
      }
      selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
      selector.selectedKeys().clear();
    }
  }

  private void makeRoom() throws IOException {
    if (received.hasRemaining()) {
      return;
    }
    if (received.capacity() >= MAX_BYTES) {
      throw new IOException(path + ": an answer of more than " + MAX_BYTES + " bytes");
    }
    received = ByteBuffer.allocate(2 * received.capacity()).put(received.flip());
  }

  /** Sends a command; it is short, and the daemon has answered the last one. */
  void write(byte[] command) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(command);
    channel.write(out);
    if (out.hasRemaining()) {
      throw new SocketTimeoutException(path + ": the daemon reads no commands");
    }
  }

  @Override
  public void close() {
    try {
      selector.close();
      channel.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
