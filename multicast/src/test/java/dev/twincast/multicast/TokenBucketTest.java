package dev.twincast.multicast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000;

  @Test
  void theFirstGoesAtOnceAndEachWaitsForTheOneBefore() {
    var bucket = new TokenBucket(1000, 0);
    assertEquals(0, bucket.spend(0, 1));
    assertEquals(MILLI, bucket.spend(0, 1));
    assertEquals(MILLI, bucket.spend(MILLI, 1));
    assertEquals(0, bucket.spend(5 * MILLI, 1));
  }

  @Test
  void aBatchGoesAsAWholeAndIsPaidForAfterwards() {
    var bucket = new TokenBucket(1000, 0);
    assertEquals(0, bucket.spend(0, 500));
    assertEquals(500 * MILLI, bucket.spend(0, 1));
  }

  @Test
  void onlyAMillisecondCanBeSaved() {
    var bucket = new TokenBucket(10_000, 0);
    assertEquals(0, bucket.spend(60 * SECOND, 10));
    assertEquals(0, bucket.spend(60 * SECOND, 1));
    assertEquals(MILLI / 10, bucket.spend(60 * SECOND, 1));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 7, 3_000_000, 100_000_000_000L})
  void theRateIsKeptWhateverThePieces(long perSecond) {
    var random = new SplittableRandom(42);
    long start = Long.MAX_VALUE - SECOND; // the clock may wrap
    var bucket = new TokenBucket(perSecond, start);
    long now = start;
    long spent = 0;
    for (int i = 0; i < 1000; i++) {
      long tokens = random.nextLong(1, 2 + perSecond / 500);
      now += bucket.spend(now, tokens);
      spent += tokens;
    }
    now += bucket.spend(now, 1);
    double expected = (double) spent / perSecond * SECOND;
    assertEquals(expected, (double) (now - start), expected * 0.001 + MILLI);
  }
}
