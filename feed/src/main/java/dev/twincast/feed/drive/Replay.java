package dev.twincast.feed.drive;

import dev.twincast.feed.machine.ReplayClient;
import dev.twincast.feed.machine.SubscriberMachine;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * One replay from any recorder (SoupBinTCP), on a platform thread of its own: a session has one at
 * a time, and a virtual thread would be woken by another for each piece that arrives.
 */
public final class Replay implements Runnable {
  private static final int OUT_BYTES = 1024;
  private static final int TICK_MILLIS = 250;
  private static final long BLOCKED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Connects to any recorder. */
  @FunctionalInterface
  public interface Recorders {
    /**
     * Connects.
     *
     * @throws IOException if none can be had; what is wanted is then asked for again later
     */
    Socket connect() throws IOException;
  }

  private final Driver driver;
  private final SubscriberMachine machine;
  private final Recorders recorders;
  private final Runnable afterEachCall;

  /**
   * @param machine that wants it; guarded by the driver's lock
   * @param afterEachCall with the lock, after each call of the machine
   */
  public Replay(
      Driver driver, SubscriberMachine machine, Recorders recorders, Runnable afterEachCall) {
    this.driver = driver;
    this.machine = machine;
    this.recorders = recorders;
    this.afterEachCall = afterEachCall;
  }

  public void start() {
    Thread.ofPlatform().daemon().name("twincast-replay").start(this);
  }

  @Override
  public void run() {
    try (Socket socket = recorders.connect()) {
      socket.setSoTimeout(TICK_MILLIS);
      var recorder = (InetSocketAddress) socket.getRemoteSocketAddress();
      replay(socket, locked(() -> new ReplayClient(System.nanoTime(), recorder, machine)));
    } catch (IOException e) {
      fail();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail();
    }
    driver.turn();
  }

  private void replay(Socket socket, ReplayClient client) throws IOException, InterruptedException {
    ByteBuffer out = ByteBuffer.allocate(OUT_BYTES);
    InputStream in = socket.getInputStream();
    try {
      while (tick(client, out)) {
        if (out.hasRemaining()) {
          socket.getOutputStream().write(out.array(), 0, out.limit());
        }
        if (awaitRoom(client) && !take(client, in)) {
          return;
        }
      }
    } finally {
      locked(() -> {
        client.close(System.nanoTime());
        return client;
      });
    }
  }

  /** The client's time, and what it has to say; false: it is over. */
  private boolean tick(ReplayClient client, ByteBuffer out) {
    return locked(() -> {
      long now = System.nanoTime();
      client.onTimeout(now);
      out.clear();
      client.pollTransmit(now, out);
      out.flip();
      return !client.isClosed() && !driver.isClosed();
    });
  }

  /** What has arrived; false: nothing more will. */
  private boolean take(ReplayClient client, InputStream in) throws IOException {
    // The space is this thread's alone, so it is filled without the lock.
    ByteBuffer space = client.space();
    int n = read(in, space);
    if (n > 0) {
      space.position(space.position() + n);
      var _ =
          locked(() -> {
            client.arrived(System.nanoTime());
            return n;
          });
      driver.turn();
    }
    return n >= 0;
  }

  private static int read(InputStream in, ByteBuffer space) throws IOException {
    try {
      return in.read(space.array(), space.arrayOffset() + space.position(), space.remaining());
    } catch (SocketTimeoutException e) {
      return 0; // time for a heartbeat, perhaps
    }
  }

  /** Whether there is room; while the user is slow, goes on with what has come, after a moment. */
  private boolean awaitRoom(ReplayClient client) throws InterruptedException {
    driver.lock().lock();
    try {
      if (!client.isBlocked()) {
        return true;
      }
      driver.awaitProgress(BLOCKED_NANOS);
      client.resume(System.nanoTime());
      afterEachCall.run();
    } finally {
      driver.lock().unlock();
    }
    driver.turn(); // what there was room for is to be delivered
    return false; // perhaps there is; time for a heartbeat, too
  }

  private void fail() {
    var _ =
        locked(() -> {
          machine.onReplayFailed(System.nanoTime());
          return true;
        });
  }

  private <T> T locked(java.util.function.Supplier<T> call) {
    driver.lock().lock();
    try {
      T result = call.get();
      afterEachCall.run();
      return result;
    } finally {
      driver.lock().unlock();
    }
  }
}
