package dev.twincast.anycast.net.server;

import dev.twincast.anycast.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/** One client's connection over a blocking channel. */
final class StreamConnection implements Connection {

  /**
   * A client that takes one of these in less than the idle time is alive. Of a long answer each
   * wakes the client, so they are no shorter.
   */
  private static final int WRITE_BYTES = 131_072;

  /** Of what is not direct the channel copies all anew for each piece that the kernel takes. */
  private static final int COPIED_WRITE_BYTES = 65_536;

  private static final int DISCARD_BYTES = 262_144;
  private static final long DISCARD_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final SocketChannel channel;
  private final Socket socket;
  private final InetSocketAddress remoteAddress;
  private final InputStream input;
  private final OutputStream output = new Output();

  private volatile long lastProgress = System.nanoTime();
  private volatile boolean reading;
  private volatile boolean writing;
  private volatile boolean draining; // written under this
  private boolean over; // guarded by this
  private volatile boolean cut;

  StreamConnection(SocketChannel channel) throws IOException {
    this.channel = channel;
    this.socket = channel.socket();
    this.remoteAddress = (InetSocketAddress) channel.getRemoteAddress();
    this.input = new Input(socket.getInputStream());
    socket.setTcpNoDelay(true);
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    int most = bytes.isDirect() ? WRITE_BYTES : COPIED_WRITE_BYTES;
    int end = bytes.limit();
    lastProgress = System.nanoTime();
    writing = true;
    try {
      while (bytes.position() < end) {
        channel.write(bytes.limit(Math.min(end, bytes.position() + most)));
        lastProgress = System.nanoTime();
      }
    } finally {
      bytes.limit(end);
      writing = false;
    }
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public boolean isDraining() {
    return draining;
  }

  /** Ends the input after what has arrived, once; calls first if this is the first time. */
  void drain(Runnable first) {
    synchronized (this) {
      if (draining || over) {
        return;
      }
      first.run();
      draining = true;
    }
    // A read in progress would notice too late. With nothing received it can be ended; otherwise it
    // is about to return by itself, and the next one sees the flag.
    try {
      if (reading && socket.getInputStream().available() == 0) {
        socket.shutdownInput();
      }
    } catch (IOException e) {
      // The connection is closed already, which ends the read as well.
    }
  }

  /** The end, after which it is not drained; true if it was. */
  synchronized boolean end() {
    over = true;
    return draining;
  }

  /** True when the service has waited for this client for so long, and nothing moved. */
  boolean isIdle(long now, long idleNanos) {
    return (reading || writing) && now - lastProgress >= idleNanos;
  }

  /** Closes without regard to what is in flight; waiting reads and writes fail. */
  void cut() {
    cut = true;
    closeQuietly(channel);
  }

  /** True when the server ended this connection, so that failures in it are no news. */
  boolean wasCut() {
    return cut;
  }

  /**
   * Sends what was written and end of stream, so that the connection can be closed. Closing with
   * unread input would reset it and destroy the answer on its way, so some of it is read first.
   */
  @SuppressWarnings("ThreadPriorityCheck") // nothing depends on the yield
  void finish() {
    try {
      socket.shutdownOutput();
      Thread.yield(); // most clients end their side at once: then there is nothing to wait for
      discardInput();
    } catch (IOException e) {
      // The client is gone, or too slow: nothing is left to be polite for.
    }
  }

  private void discardInput() throws IOException {
    InputStream rest = socket.getInputStream();
    byte[] buffer = new byte[1024];
    long deadline = System.nanoTime() + DISCARD_NANOS;
    int discarded = 0;
    int n = 0;
    while (n >= 0 && discarded < DISCARD_BYTES) {
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (millis <= 0) {
        return;
      }
      socket.setSoTimeout((int) millis);
      n = rest.read(buffer);
      discarded += n;
    }
  }

  static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is closed nevertheless, and nobody waits for anything on it.
    }
  }

  /** Notes when the client was last heard, and ends where the server drains. */
  private final class Input extends InputStream {
    private final InputStream in;

    Input(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      lastProgress = System.nanoTime();
      reading = true; // before looking at draining, as drain() does it the other way round
      try {
        if (draining && in.available() == 0) {
          return -1;
        }
        int n = in.read(bytes, offset, length);
        lastProgress = System.nanoTime();
        return n;
      } finally {
        reading = false;
      }
    }

    @Override
    public int available() throws IOException {
      return in.available();
    }
  }

  /** As {@link #write(ByteBuffer)}, of arrays. */
  private final class Output extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      StreamConnection.this.write(ByteBuffer.wrap(bytes, offset, length));
    }
  }
}
