package dev.twincast.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.twincast.bench.Statistics.Spread;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {

  @Test
  void medianOfAnOddNumberIsTheOneInTheMiddle() {
    assertEquals(new Spread(2, 1, 9), Spread.of(List.of(9.0, 1.0, 2.0)));
  }

  @Test
  void medianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
    assertEquals(new Spread(3, 1, 9), Spread.of(List.of(9.0, 1.0, 2.0, 4.0)));
  }

  @Test
  void nothingHasNoMedian() {
    assertThrows(IllegalArgumentException.class, () -> Spread.of(List.of()));
  }

  @Test
  void percentileIsByNearestRank() {
    long[] hundred = LongStream.rangeClosed(1, 100).toArray();
    assertEquals(50, Statistics.percentile(hundred, 500));
    assertEquals(99, Statistics.percentile(hundred, 990));
    assertEquals(100, Statistics.percentile(hundred, 999));
    assertEquals(7, Statistics.percentile(new long[] {7}, 1));
  }

  @Test
  void percentileOfNothingIsZero() {
    assertEquals(0, Statistics.percentile(new long[0], 500));
  }

  @Test
  void percentileOfManyDoesNotOverflow() {
    long[] many = LongStream.range(0, 4_000_000).toArray();
    assertEquals(3_995_999, Statistics.percentile(many, 999));
  }
}
