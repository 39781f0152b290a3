package dev.twincast.feed.drive;

import dev.twincast.anycast.Connection;
import dev.twincast.anycast.Service;
import dev.twincast.feed.machine.Machine;
import dev.twincast.feed.machine.ReplayServer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Serves replays (SoupBinTCP): a connection has two virtual threads, one that reads the little that
 * clients say, one that writes.
 */
public final class ReplayService implements Service {
  private static final int CHUNK_BYTES = 1 << 17;

  private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** For so long a client may take what is on its way, before it closes the connection. */
  private static final Duration AFTER_END = Duration.ofSeconds(15);

  private final Driver driver;
  private final ReplayServer.Source source;
  private final LongAdder replays = new LongAdder();
  private final LongAdder messages = new LongAdder();
  private final AtomicInteger open = new AtomicInteger();

  public ReplayService(Driver driver, ReplayServer.Source source) {
    this.driver = driver;
    this.source = source;
  }

  /** How many connections there were. */
  public long replays() {
    return replays.sum();
  }

  /** Whether somebody is being replayed something. */
  public boolean isServing() {
    return open.get() > 0;
  }

  /** How many messages were replayed. */
  public long messages() {
    return messages.sum();
  }

  @Override
  public void serve(Connection connection) throws IOException {
    replays.increment();
    open.incrementAndGet();
    var server = new ReplayServer(System.nanoTime(), source);
    Thread reader =
        Thread.ofVirtual().name("twincast-replay-reader").start(() -> read(connection, server));
    try {
      write(connection, server);
      if (server.hasToldEnd() && !driver.isClosed()) {
        // If this side closed, the next heartbeat would reset it, and destroy what is on its way.
        var _ = reader.join(AFTER_END);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.decrementAndGet();
      messages.add(server.messages());
      reader.interrupt();
    }
  }

  private void read(Connection connection, ReplayServer server) {
    byte[] bytes = new byte[1024];
    try {
      while (true) {
        int n = connection.input().read(bytes);
        driver.lock().lock();
        try {
          if (n < 0) {
            server.close();
          } else {
            accept(server, bytes, n);
          }
          driver.signalProgress();
          if (n < 0) {
            return;
          }
        } finally {
          driver.lock().unlock();
        }
      }
    } catch (IOException e) {
      // The client has gone; the other thread finds it out when it writes.
    }
  }

  private static void accept(ReplayServer server, byte[] bytes, int length) {
    int done = 0;
    while (done < length && !server.isClosed()) {
      ByteBuffer space = server.space();
      int n = Math.min(space.remaining(), length - done);
      space.put(bytes, done, n);
      done += n;
      server.arrived(System.nanoTime());
    }
  }

  private void write(Connection connection, ReplayServer server)
      throws IOException, InterruptedException {
    // Clients come and go: their memory is not left to the collector.
    try (Arena arena = Arena.ofConfined()) {
      ByteBuffer out = arena.allocate(CHUNK_BYTES).asByteBuffer();
      while (next(server, out)) {
        connection.write(out);
      }
    }
  }

  /** Waits for what is to be written next; false: there is nothing more. */
  private boolean next(ReplayServer server, ByteBuffer out)
      throws IOException, InterruptedException {
    driver.lock().lock();
    try {
      while (true) {
        long now = System.nanoTime();
        server.onTimeout(now);
        out.clear();
        boolean isFilled = server.pollTransmit(now, out);
        if (isFilled) {
          out.flip();
          return true;
        }
        if (server.isClosed() || driver.isClosed()) {
          return false;
        }
        long due = server.nextTimeout();
        driver.awaitProgress(
            due == Machine.NEVER
                ? LONGEST_WAIT_NANOS
                : Math.clamp(due - now, 1_000_000, LONGEST_WAIT_NANOS));
      }
    } finally {
      driver.lock().unlock();
    }
  }
}
