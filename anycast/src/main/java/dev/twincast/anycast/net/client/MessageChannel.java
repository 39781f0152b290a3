package dev.twincast.anycast.net.client;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one connection, moved without anybody waiting: the loop reads; whoever has something
 * to write writes, and what the socket does not take is left to the loop.
 */
final class MessageChannel implements Loop.Handler {

  private static final int WRITE_BYTES = 16_384;

  /** Where bytes come from and go to. */
  interface User {
    /**
     * Puts what is to be written next into the empty buffer.
     *
     * @return false if there is nothing, and whoever was writing does so no more
     */
    boolean fill(ByteBuffer out) throws IOException;

    /** Bytes came; on the loop's thread. */
    void take(ByteBuffer in);

    /** Nothing more will come. */
    void onEnd(IOException reason);
  }

  private final Loop loop;
  private final SocketChannel channel;
  private final User user;
  private final ByteBuffer out = ByteBuffer.allocateDirect(WRITE_BYTES).limit(0); // the writer's
  private @Nullable SelectionKey key; // loop thread only
  private boolean awaitsRoom; // loop thread only
  private @Nullable IOException writeFailure; // before readTheLast

  // Made now rather than at the first failure, which would be held up (decision 58).
  private final Runnable awaitingRoom = this::awaitRoom;
  private final Runnable readingTheLast = this::readTheLast;

  /** Of a channel that is connected and does not block. */
  MessageChannel(Loop loop, SocketChannel channel, User user) {
    this.loop = loop;
    this.channel = channel;
    this.user = user;
  }

  /** Begins to read. */
  void open() {
    loop.execute(this::register);
  }

  /** Writes until nothing is left or the socket takes no more; by one thread at a time. */
  void write() {
    try {
      while (out.hasRemaining() || user.fill(out)) {
        if (channel.write(out) == 0) {
          loop.execute(awaitingRoom);
          return;
        }
      }
    } catch (IOException e) {
      writeFailure = e;
      loop.execute(readingTheLast); // still the one who is writing, so nobody else does
    }
  }

  /** Nothing more will be written. */
  void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  /** Returns at once; the user is not told. */
  void close() {
    Dial.closeQuietly(channel);
    loop.wakeup(); // then the selector forgets it
  }

  @Override
  public void onReady(SelectionKey ready) {
    try {
      if (ready.isWritable()) {
        awaitsRoom = false;
        ready.interestOps(operations());
        write();
      }
      if (ready.isReadable()) {
        read();
      }
    } catch (CancelledKeyException e) {
      // closed by another thread meanwhile
    }
  }

  private void register() {
    try {
      key = loop.register(channel, operations(), this);
    } catch (IOException e) {
      user.onEnd(e);
    }
  }

  /** Perhaps before it is registered, as whoever comes first writes as soon as it is connected. */
  private void awaitRoom() {
    awaitsRoom = true;
    if (key != null && key.isValid()) {
      key.interestOps(operations());
    }
  }

  private int operations() {
    return SelectionKey.OP_READ | (awaitsRoom ? SelectionKey.OP_WRITE : 0);
  }

  /** The other side takes nothing more, but what it sent before may still be here. */
  private void readTheLast() {
    while (read()) {}
    user.onEnd(writeFailure == null ? new IOException("not writable") : writeFailure);
  }

  /** False if nothing came. */
  private boolean read() {
    ByteBuffer in = loop.readBuffer();
    try {
      int n = channel.read(in);
      if (n < 0) {
        user.onEnd(new EOFException("closed the connection without an answer"));
      }
      if (n <= 0) {
        return false;
      }
    } catch (IOException e) {
      user.onEnd(e);
      return false;
    }
    user.take(in.flip());
    return true;
  }
}
