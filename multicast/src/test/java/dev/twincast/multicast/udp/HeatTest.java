package dev.twincast.multicast.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeatTest {
  private static final long MILLI = 1_000_000;

  @ParameterizedTest
  @CsvSource({"1000, false", "10000, false", "15000, false", "25000, true", "200000, true"})
  void aStreamIsHotFromTwoArrivalsForEachNapOn(int perSecond, boolean hot) {
    long now = Long.MAX_VALUE - 5 * MILLI; // the clock may wrap
    var heat = new Heat(now);
    for (int i = 0; i < perSecond / 50; i++) {
      now += 1_000_000_000L / perSecond;
      heat.arrived(now, 1);
    }
    assertEquals(hot, heat.isHot(now));
  }

  @Test
  void itCoolsWithinTwoMilliseconds() {
    var heat = new Heat(0);
    heat.arrived(5 * MILLI, 1000);
    assertTrue(heat.isHot(5 * MILLI));
    assertTrue(heat.isHot(6 * MILLI));
    assertFalse(heat.isHot(7 * MILLI));
  }

  @Test
  void afterAStallItIsAsHotAsBefore() {
    var heat = new Heat(0);
    heat.arrived(5 * MILLI, 1000);
    heat.arrived(50 * MILLI, 1);
    assertTrue(heat.isHot(50 * MILLI));
  }

  @Test
  void aThinStreamAfterABurstIsColdWithTheSecondWindow() {
    var heat = new Heat(0);
    heat.arrived(5 * MILLI, 1000);
    heat.arrived(50 * MILLI, 1);
    heat.arrived(51 * MILLI, 1);
    assertFalse(heat.isHot(51 * MILLI));
  }

  @Test
  void nothingIsCold() {
    assertFalse(new Heat(0).isHot(0));
  }
}
