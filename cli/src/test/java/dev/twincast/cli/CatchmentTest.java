package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CatchmentTest {
  private final Catchment catchment = new Catchment();

  private Event event() {
    return catchment.describe(Event.of("stats"));
  }

  private void answer(String... replicas) {
    for (String replica : replicas) {
      catchment.answered(new Answer(replica, "10.0.0.1:5000", "hello", 1_000_000));
    }
  }

  @Test
  void countsWhoAnsweredAndHowOftenItWasAnother() {
    answer("a", "a", "b", "a");

    assertEquals(4, event().number("answered"));
    assertEquals(2, event().number("flips"));
    assertEquals("{\"a\":3,\"b\":1}", event().object("replicas").toString());
  }

  @Test
  void aFlipFromOneTimeToTheNextCountsInTheNext() {
    answer("a");
    catchment.reset();
    answer("b");

    assertEquals(1, event().number("flips"));
    assertEquals(1, event().number("answered"));
  }

  @Test
  void tellsABoundedNumberOfReasonsApart() {
    for (int i = 0; i < 1000; i++) {
      catchment.failed("reason " + i);
    }

    assertEquals(21, event().object("failures").size());
    assertEquals(980, event().object("failures").get("other reasons").getAsLong());
    assertEquals(1000, event().number("failed"));
  }
}
