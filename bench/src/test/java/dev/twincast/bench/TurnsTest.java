package dev.twincast.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TurnsTest {
  private final Turns<String, Values> turns = new Turns<>();

  @Test
  void aRatioIsToTheOtherResultOfTheSameTurn() {
    add(100, 50);
    add(1000, 900);
    add(10, 8);
    assertEquals("0.80 [0.50–0.90]", turns.ratio("ours", "c", result -> result.number("n")));
  }

  @Test
  void aTurnWithoutOneOfThemHasNoRatio() {
    add(100, 50);
    turns.next();
    turns.add("ours", Values.parse("n=1"));
    assertEquals("0.50", turns.ratio("ours", "c", result -> result.number("n")));
  }

  @Test
  void whoNeverSucceededHasFailed() {
    turns.next();
    assertEquals("failed", turns.cell("c", result -> result.number("n"), "%.0f"));
  }

  @Test
  void aRatioToWhatWasNotRunIsADash() {
    turns.next();
    turns.add("ours", Values.parse("n=1"));
    assertEquals("–", turns.ratio("ours", "c", result -> result.number("n")));
    assertEquals("failed", turns.ratio("c", "ours", result -> result.number("n")));
  }

  @Test
  void eachTurnIsShownInItsOrder() {
    add(3, 0);
    add(1, 0);
    assertEquals("3, 1", turns.each("c", result -> result.number("n"), "%.0f"));
  }

  private void add(int c, int ours) {
    turns.next();
    turns.add("c", Values.parse("n=" + c));
    turns.add("ours", Values.parse("n=" + ours));
  }
}
