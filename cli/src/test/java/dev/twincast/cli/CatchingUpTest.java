package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CatchingUpTest {
  private static final long SECOND = 1_000_000_000;

  private final CatchingUp catchingUp = new CatchingUp();

  @Test
  void whoIsNotBehindShowsNothing() {
    assertEquals(Optional.empty(), catchingUp.line(0, 50, 100, 0));
    assertEquals(Optional.empty(), catchingUp.line(9 * SECOND, 100, 100, 0));
  }

  @Test
  void tellsHowFarHowFastAndHowLongStill() {
    catchingUp.line(0, 1, 10_001, 0);

    assertEquals(
        Optional.of("#2500 of 10000: 25 %, 1250 messages/s, 7 repaired, 6 s left"),
        catchingUp.line(2 * SECOND, 2501, 10_001, 7));
  }

  @Test
  void isSaidFiveTimesASecondAtMost() {
    catchingUp.line(0, 1, 10_001, 0);

    assertEquals(Optional.empty(), catchingUp.line(SECOND / 10, 11, 10_001, 0));
    assertEquals(true, catchingUp.line(SECOND / 5, 21, 10_001, 0).isPresent());
    assertEquals(Optional.empty(), catchingUp.line(SECOND / 4, 31, 10_001, 0));
  }

  @Test
  void nothingComesWhileNoRecorderIsFound() {
    catchingUp.line(0, 1, 10_001, 0);

    assertEquals(
        Optional.of("#0 of 10000: 0 %, 0 messages/s, 0 repaired, waiting for a recorder"),
        catchingUp.line(SECOND, 1, 10_001, 0));
  }

  @Test
  void whoFallsBehindAgainBeginsAnew() {
    catchingUp.line(0, 1, 10_001, 0);
    catchingUp.line(SECOND, 10_001, 10_001, 0);
    catchingUp.line(100 * SECOND, 20_001, 30_001, 0);

    assertEquals(
        Optional.of("#25000 of 30000: 50 %, 5000 messages/s, 0 repaired, 1 s left"),
        catchingUp.line(101 * SECOND, 25_001, 30_001, 0));
  }
}
