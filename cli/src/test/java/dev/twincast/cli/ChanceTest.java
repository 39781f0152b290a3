package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChanceTest {

  /** The quantiles 0.025 and 0.975, from the sums of exact probabilities (as qbinom of R). */
  @ParameterizedTest
  @CsvSource({
    "9, 3, 0, 6",
    "10, 2, 2, 8",
    "30, 3, 5, 15",
    "100, 3, 24, 43",
    "1000, 3, 304, 363",
    "5, 1, 5, 5",
  })
  void isTheCentralPartOfTheBinomialDistribution(long calls, int replicas, long least, long most) {
    assertEquals(new Chance(least, most), Chance.of(calls, replicas));
  }

  @ParameterizedTest
  @CsvSource({"20, 4", "300, 3", "3000, 7", "500, 100"})
  void holdsInNinetyFiveOfAHundredCasesOrMore(int calls, int replicas) {
    var random = new SplittableRandom(calls);
    Chance chance = Chance.of(calls, replicas);
    int inside = 0;
    for (int i = 0; i < 2_000; i++) {
      int count = 0;
      for (int call = 0; call < calls; call++) {
        count += random.nextInt(replicas) == 0 ? 1 : 0;
      }
      inside += count >= chance.least() && count <= chance.most() ? 1 : 0;
    }
    assertTrue(inside > 1_870, inside + " of 2000");
  }
}
