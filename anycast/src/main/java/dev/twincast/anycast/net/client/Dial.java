package dev.twincast.anycast.net.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One attempt to connect, which nobody waits for in a system call, so that several can run side by
 * side and any can be given up. The listener is told once, on the loop's thread or, when it is
 * known at once, on that of the caller.
 */
public final class Dial implements Loop.Handler {

  /** How a dial ended. */
  public interface Listener {
    /** The channel is the listener's; it does not block and is not registered. */
    void onConnected(SocketChannel channel);

    void onFailed(IOException reason);
  }

  private enum State {
    DIALLING,
    CONNECTED,
    FAILED,
    CANCELLED
  }

  private final Loop loop;
  private final InetSocketAddress replica;
  private final Listener listener;
  private final SocketChannel channel;
  private final AtomicReference<State> state = new AtomicReference<>(State.DIALLING);

  private Dial(Loop loop, InetSocketAddress replica, Listener listener) throws IOException {
    this.loop = loop;
    this.replica = replica;
    this.listener = listener;
    this.channel = SocketChannel.open();
  }

  /**
   * Begins to connect.
   *
   * @throws IOException if there is not even a socket to be had
   */
  public static Dial start(Loop loop, InetSocketAddress replica, Listener listener)
      throws IOException {
    var dial = new Dial(loop, replica, listener);
    dial.begin();
    return dial;
  }

  /** Gives it up if it has not ended; the listener is told nothing more. */
  public boolean cancel() {
    if (!state.compareAndSet(State.DIALLING, State.CANCELLED)) {
      return false;
    }
    closeQuietly(channel);
    return true;
  }

  /** Gives it up if it has not ended, and tells the listener why. */
  public void fail(IOException reason) {
    if (state.compareAndSet(State.DIALLING, State.FAILED)) {
      closeQuietly(channel);
      listener.onFailed(reason);
    }
  }

  @Override
  public void onReady(SelectionKey key) {
    try {
      if (channel.finishConnect()) {
        key.cancel(); // whoever gets the channel may want it to block
        connected();
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  public static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is closed nevertheless, and nobody waits for anything on it.
    }
  }

  public static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // as above
    }
  }

  private void begin() {
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      if (channel.connect(replica) || channel.finishConnect()) {
        connected(); // near by, that is the rule
      } else {
        loop.execute(this::register);
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  private void register() {
    try {
      loop.register(channel, SelectionKey.OP_CONNECT, this);
    } catch (IOException e) {
      fail(e);
    }
  }

  private void connected() throws IOException {
    // Nobody listens, but the kernel happened to choose the same port for our side: TCP then
    // connects a socket to itself, and we would read our own request as the reply.
    if (replica.equals(channel.getLocalAddress())) {
      throw new ConnectException("Connection refused");
    }
    if (state.compareAndSet(State.DIALLING, State.CONNECTED)) {
      listener.onConnected(channel);
    }
  }
}
