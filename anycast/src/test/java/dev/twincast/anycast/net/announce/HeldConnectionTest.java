package dev.twincast.anycast.net.announce;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class HeldConnectionTest {
  private static final int PATIENCE_SECONDS = 20;

  private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);
  private final Semaphore breaks = new Semaphore(0);
  private final LinkedBlockingQueue<String> refusals = new LinkedBlockingQueue<>();
  private final ServerSocket listener;
  @AutoClose private final HeldConnection held;

  HeldConnectionTest() throws IOException {
    listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    listener.setSoTimeout(1_000 * PATIENCE_SECONDS);
    var probe =
        new TcpProbe(
            "127.0.0.1",
            listener.getLocalPort(),
            (in, out) -> {},
            SECONDS.toNanos(PATIENCE_SECONDS),
            Set.of(),
            timers);
    held = new HeldConnection(probe, breaks::release, refusals::add);
  }

  @AfterEach
  void close() throws IOException {
    timers.shutdownNow();
    listener.close();
  }

  @Test
  void aServiceThatFailedIsHeldAgainWithoutAPause() throws Exception {
    for (int i = 0; i < 3; i++) {
      held.hold();
      listener.accept().close();
      assertTrue(breaks.tryAcquire(PATIENCE_SECONDS, SECONDS), "the break was not told");
      listener.accept().close(); // dialled again at once, and not for long
      held.forgive();
    }
    assertEquals(0, refusals.size(), refusals::toString);
  }

  @Test
  void saysWhenAnotherConnectionIsRefused() throws Exception {
    held.hold();
    try (Socket accepted = listener.accept()) {
      listener.close();
      accepted.shutdownOutput();
      assertEquals("Connection refused", refusals.poll(PATIENCE_SECONDS, SECONDS));
    }
    assertEquals(1, breaks.availablePermits());
  }
}
