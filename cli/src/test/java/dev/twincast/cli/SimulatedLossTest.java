package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SimulatedLossTest {
  @Test
  void throwsAwayItsShareAndCountsIt() {
    var loss = new SimulatedLoss(0.1, new SplittableRandom(1));
    int dropped = 0;
    for (int i = 0; i < 10_000; i++) {
      dropped += loss.drops() ? 1 : 0;
    }

    assertTrue(dropped > 900 && dropped < 1100, "" + dropped);
    assertEquals(dropped, loss.describe(Event.of("stats")).number("simulatedDrops"));
  }

  @Test
  void withoutAShareNothingIsThrownAwayOrSaid() {
    var loss = new SimulatedLoss(0, new SplittableRandom(1));

    assertFalse(loss.drops());
    assertFalse(loss.describe(Event.of("stats")).has("simulatedDrops"));
  }
}
