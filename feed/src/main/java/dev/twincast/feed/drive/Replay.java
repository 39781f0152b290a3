package dev.twincast.feed.drive;

import dev.twincast.feed.machine.ReplayClient;
import dev.twincast.feed.machine.SubscriberMachine;
import dev.twincast.feed.soup.SoupReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/**
 * One replay from any recorder (SoupBinTCP), on platform threads of its own: one that reads, and
 * hands over; and a clock, which also speaks, so that a slow user delays no heartbeat. A session
 * has one replay at a time, and a virtual thread would be woken by another for each piece that
 * arrives.
 */
public final class Replay implements Runnable {
  private static final int IN_BYTES = 2 * SoupReader.MAX_PACKET_BYTES;
  private static final int OUT_BYTES = 1024;
  private static final long TICK_MILLIS = 250;
  private static final long BLOCKED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Connects to any recorder. */
  @FunctionalInterface
  public interface Recorders {
    /**
     * Connects.
     *
     * @return a channel's socket, which blocks
     * @throws IOException if none can be had; what is wanted is then asked for again later
     */
    Socket connect() throws IOException;
  }

  private final Driver driver;
  private final SubscriberMachine machine;
  private final Recorders recorders;
  private final Consumer<ReplayClient> handOver;
  private final Runnable afterEachCall;

  /**
   * @param machine that wants it; guarded by the driver's lock
   * @param handOver without the lock, when bytes have arrived: may take messages {@link
   *     ReplayClient#takeInOrder}
   * @param afterEachCall with the lock, after each call of the machine
   */
  public Replay(
      Driver driver,
      SubscriberMachine machine,
      Recorders recorders,
      Consumer<ReplayClient> handOver,
      Runnable afterEachCall) {
    this.driver = driver;
    this.machine = machine;
    this.recorders = recorders;
    this.handOver = handOver;
    this.afterEachCall = afterEachCall;
  }

  public void start() {
    Thread.ofPlatform().daemon().name("twincast-replay").start(this);
  }

  @Override
  public void run() {
    try (Socket socket = recorders.connect()) {
      var recorder = (InetSocketAddress) socket.getRemoteSocketAddress();
      ByteBuffer memory = ByteBuffer.allocateDirect(IN_BYTES);
      replay(
          Objects.requireNonNull(socket.getChannel()),
          locked(now -> new ReplayClient(now, recorder, machine, memory)));
    } catch (IOException e) {
      fail();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail();
    }
    driver.turn();
  }

  private void replay(SocketChannel channel, ReplayClient client) throws InterruptedException {
    Thread clock =
        Thread.ofPlatform()
            .daemon()
            .name("twincast-replay-clock")
            .start(() -> keepTime(channel, client));
    try {
      while (locked(client::awaits) && isThereMore(channel, client)) {
        handOver.accept(client);
        call(client::resume);
        driver.turn(); // delivers what was not handed over
      }
    } catch (IOException e) {
      // The connection is broken, or the clock has closed it: either way the client is closed.
    } finally {
      call(client::close);
      clock.interrupt();
    }
  }

  /** Waits for bytes, or while the user is slow, a moment for room; false: nothing more comes. */
  private boolean isThereMore(SocketChannel channel, ReplayClient client)
      throws IOException, InterruptedException {
    if (client.isBlocked()) {
      awaitProgress();
      return true;
    }
    var _ = Thread.interrupted(); // by a handler, which ran on this thread: it would be closed
    // The space is this thread's alone, so it is filled without the lock.
    boolean isOpen = channel.read(client.space()) >= 0;
    call(client::arrived);
    return isOpen;
  }

  private void awaitProgress() throws InterruptedException {
    driver.lock().lock();
    try {
      driver.awaitProgress(BLOCKED_NANOS);
    } finally {
      driver.lock().unlock();
    }
  }

  /** Says what the client has to say; when it is over, ends the wait for bytes. */
  private void keepTime(SocketChannel channel, ReplayClient client) {
    ByteBuffer out = ByteBuffer.allocate(OUT_BYTES);
    try (channel) {
      while (tick(client, out)) {
        while (out.hasRemaining()) {
          channel.write(out);
        }
        Thread.sleep(TICK_MILLIS);
      }
    } catch (IOException | InterruptedException e) {
      // It is over, and the thread that reads knows, or finds the channel closed.
    }
  }

  /** The client's time, and what it has to say; false: it is over. */
  private boolean tick(ReplayClient client, ByteBuffer out) {
    return locked(now -> {
      client.onTimeout(now);
      client.pollTransmit(now, out.clear());
      out.flip();
      return !client.isClosed() && !driver.isClosed();
    });
  }

  private void fail() {
    call(machine::onReplayFailed);
  }

  private void call(LongConsumer call) {
    var _ =
        locked(now -> {
          call.accept(now);
          return true;
        });
  }

  private <T> T locked(LongFunction<T> call) {
    driver.lock().lock();
    try {
      T result = call.apply(System.nanoTime());
      afterEachCall.run();
      return result;
    } finally {
      driver.lock().unlock();
    }
  }
}
