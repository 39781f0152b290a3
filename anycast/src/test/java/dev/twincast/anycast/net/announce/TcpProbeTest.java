package dev.twincast.anycast.net.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TcpProbeTest {

  /** The announcer's end and the start of a check are not in any order. */
  @Test
  void aCheckThatBeginsAfterTheAnnouncerHasEndedFailsAsAnyOther() throws IOException {
    var timers = new ScheduledThreadPoolExecutor(1);
    timers.shutdownNow();
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var probe =
          new TcpProbe(
              "127.0.0.1",
              listener.getLocalPort(),
              (in, out) -> {},
              TimeUnit.SECONDS.toNanos(1),
              Set.of(),
              timers);
      var e = assertThrows(IOException.class, probe::run);
      assertEquals("the announcer has ended", e.getMessage());
    }
  }
}
