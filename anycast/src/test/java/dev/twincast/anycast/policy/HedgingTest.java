package dev.twincast.anycast.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HedgingTest {

  private static final long MILLI = 1_000_000;

  @Test
  void aCallEarnsATwentiethOfACopyAndABoundedNumberIsSaved() {
    Hedging hedging = Hedging.after(30 * MILLI);
    for (int i = 0; i < 1_000; i++) {
      hedging.onCall();
    }
    int taken = 0;
    while (hedging.tryTake()) {
      taken++;
    }
    assertEquals(8, taken);
    for (int i = 0; i < 19; i++) {
      hedging.onCall();
      assertFalse(hedging.tryTake());
    }
    hedging.onCall();
    assertTrue(hedging.tryTake());
  }

  @Test
  void waitsAsLongAsNinetyFiveOfAHundredTake() {
    for (long seed = 0; seed < 100; seed++) {
      var random = new SplittableRandom(seed);
      Hedging hedging = Hedging.atPercentile();
      assertEquals(30 * MILLI, hedging.delayNanos());
      for (int i = 0; i < 2_000; i++) {
        hedging.onAnswer(random.nextLong(100 * MILLI));
      }
      assertEquals(95e6, (double) hedging.delayNanos(), 18e6, "seed " + seed);
    }
  }

  @Test
  void followsAServiceThatTurnsFast() {
    Hedging hedging = Hedging.atPercentile();
    for (int i = 0; i < 1_000; i++) {
      hedging.onAnswer(100 * MILLI);
    }
    for (int i = 0; i < 60_000; i++) {
      hedging.onAnswer(5 * MILLI);
    }
    assertEquals(6e6, (double) hedging.delayNanos(), 1e6);
  }

  @Test
  void isNeverShorterThanAMillisecond() {
    Hedging hedging = Hedging.atPercentile();
    for (int i = 0; i < 100; i++) {
      hedging.onAnswer(10);
    }
    assertEquals(MILLI, hedging.delayNanos());
  }

  @Test
  void aFixedDelayStays() {
    Hedging hedging = Hedging.after(7);
    for (int i = 0; i < 100; i++) {
      hedging.onAnswer(MILLI);
    }
    assertEquals(7, hedging.delayNanos());
  }

  @Test
  void blamesLaterThanItHedgesWhenTheUserHasNotSaidWhatIsLong() {
    assertEquals(30 * MILLI, Hedging.after(30 * MILLI).blameNanos());
    assertEquals(25 * MILLI, Hedging.after(7).blameNanos());
    assertEquals(120 * MILLI, Hedging.atPercentile().blameNanos());
  }
}
