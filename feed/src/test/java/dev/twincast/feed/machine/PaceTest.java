package dev.twincast.feed.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class PaceTest {
  private static final int PACKET = 1_000;

  /** 100 MB/s. */
  private final Pace pace = new Pace(0, 100_000_000);

  private int burst(long now) {
    int packets = 0;
    while (pace.allows(now)) {
      pace.sent(PACKET, 1);
      packets++;
    }
    return packets;
  }

  @Test
  void whoHasUsedUpTheCreditWaitsForABatchAndNotForAPacket() {
    burst(0);
    long packetNanos = 10_000;
    assertFalse(pace.allows(5 * packetNanos));
    long at = pace.allowedAt(5 * packetNanos);
    assertTrue(pace.allows(at));
    assertEquals(65.0, burst(at), 2.0);
  }

  @Test
  void inTheLongRunItIsTheRateAllTheSame() {
    burst(0);
    long now = 0;
    double packets = 0;
    while (now < 1_000_000_000) {
      now = pace.allowedAt(now);
      packets += burst(now);
    }
    assertEquals(100_000.0, packets, 500.0);
  }
}
