package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReceiveLimitsTest {
  private static final int SIGINT = 130;

  private static ReceiveLimits limits(String... args) {
    return ReceiveLimits.of(new ReceiveCommand().syntax().parse(List.of(args), Map.of()));
  }

  private static int ended(ReceiveLimits limits, long messages) {
    return limits.exitCode(messages, false, 0);
  }

  private static int interrupted(ReceiveLimits limits, long messages) {
    return limits.exitCode(messages, true, SIGINT);
  }

  @Test
  void nothingReceivedIsThree() {
    assertEquals(3, ended(limits("--timeout", "1s"), 0));
    assertEquals(3, ended(limits("--duration", "1s"), 0));
    assertEquals(3, ended(limits("--timeout", "1s", "--expect", "5"), 0));
    assertEquals(0, ended(limits("--timeout", "1s"), 1));
  }

  @Test
  void aCountOtherThanExpectedIsFour() {
    ReceiveLimits limits = limits("--timeout", "1s", "--expect", "5");

    assertEquals(4, ended(limits, 4));
    assertEquals(0, ended(limits, 5));
    assertEquals(4, ended(limits, 6));
    assertEquals(4, interrupted(limits, 4));
  }

  @Test
  void toExpectNothingIsPossible() {
    assertEquals(0, ended(limits("--timeout", "1s", "--expect", "0"), 0));
  }

  @Test
  void someOfTheExpectedMayBeMissing() {
    ReceiveLimits limits = limits("--timeout", "1s", "--expect", "100", "--max-loss", "5%");

    assertEquals(0, ended(limits, 95));
    assertEquals(4, ended(limits, 94));
  }

  @Test
  void aCountNotReachedInTimeIsFour() {
    assertEquals(4, ended(limits("--count", "10", "--timeout", "1s"), 9));
    assertEquals(0, ended(limits("--count", "10", "--timeout", "1s"), 10));
  }

  @Test
  void expectAloneEndsAfterSoMany() {
    assertTrue(limits("--expect", "5").isReached(5));
    assertFalse(limits("--expect", "5", "--timeout", "1s").isReached(5));
  }

  @Test
  void aSignalEndsAnEndlessCommandThatWorkedWithZero() {
    assertEquals(0, interrupted(limits(), 1));
    assertEquals(0, interrupted(limits("--timeout", "1m"), 1));
    assertEquals(SIGINT, interrupted(limits(), 0));
    assertEquals(SIGINT, interrupted(limits("--count", "10"), 9));
    assertEquals(SIGINT, interrupted(limits("--duration", "1m"), 9));
  }

  @Test
  void numberedLossIsJudgedOnlyIfALimitIsGiven() {
    ReceiveLimits judged = limits("--max-loss", "1%");

    assertEquals(4, judged.exitCodeNumbered(990, 1.1, false, 0));
    assertEquals(0, judged.exitCodeNumbered(990, 1.0, false, 0));
    assertEquals(3, judged.exitCodeNumbered(0, 0, false, 0));
    assertEquals(0, limits().exitCodeNumbered(10, 99, false, 0));
  }

  @Test
  void waitsNoLongerThanDurationAndTimeoutAllow() {
    ReceiveLimits limits = limits("--duration", "10s", "--timeout", "1s");

    assertEquals(1_000_000_000L, limits.patienceNanos(500, 0, 500));
    assertEquals(200_000_000L, limits.patienceNanos(9_800_000_000L, 0, 9_700_000_000L));
    assertTrue(limits.patienceNanos(1_000_000_001L, 0, 0) <= 0);
  }
}
