package dev.twincast.feed.machine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RoundTripTest {
  private static final long MILLI = 1_000_000;

  private final RoundTrip roundTrip = new RoundTrip();

  /** The longest of many: a quarter of it is chance. */
  private long timeout() {
    var random = new SplittableRandom(1);
    long longest = 0;
    for (int i = 0; i < 100; i++) {
      longest = Math.max(longest, roundTrip.timeout(0, random));
    }
    return longest;
  }

  private void sample(int times) {
    for (int i = 0; i < times; i++) {
      roundTrip.sample(MILLI / 10);
    }
  }

  @Test
  void growsWhenRequestsWereRepeatedTooSoonThoughNoneGivesASample() {
    sample(100);
    long before = timeout();
    for (int i = 0; i < 4; i++) {
      roundTrip.repeatedTooSoon();
    }
    assertTrue(timeout() > 8 * before, "from %d to %d ns".formatted(before, timeout()));
  }

  @Test
  void isBoundedHoweverOften() {
    for (int i = 0; i < 1000; i++) {
      sample(1);
      roundTrip.repeatedTooSoon();
    }
    assertTrue(timeout() < 100 * MILLI, timeout() + " ns");
  }

  @Test
  void isAsShortAsBeforeAfterEnoughAnswersInTime() {
    sample(100);
    long before = timeout();
    roundTrip.repeatedTooSoon();
    sample(200);
    assertTrue(Math.abs(timeout() - before) < before / 10, timeout() + " ns");
  }
}
