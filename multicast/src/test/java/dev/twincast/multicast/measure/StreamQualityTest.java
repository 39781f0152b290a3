package dev.twincast.multicast.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class StreamQualityTest {
  private final StreamQuality quality = new StreamQuality();

  private void hear(int... numbers) {
    for (int number : numbers) {
      quality.onDatagram(number, 0, 0);
    }
  }

  private void expect(long received, long lost, long duplicates, long reordered, long late) {
    StreamQuality.Report report = quality.report();
    assertEquals(received, report.received(), "received");
    assertEquals(lost, report.lost(), "lost");
    assertEquals(duplicates, report.duplicates(), "duplicates");
    assertEquals(reordered, report.reordered(), "reordered");
    assertEquals(late, report.late(), "late");
  }

  @Test
  void knowsNothingAtFirst() {
    expect(0, 0, 0, 0, 0);
    assertEquals(0, quality.report().delaySpreadNanos());
  }

  @Test
  void aStreamJoinedInItsMiddleHasLostNothing() {
    hear(1000, 1001, 1002);

    expect(3, 0, 0, 0, 0);
  }

  @Test
  void countsGapsAndTakesBackWhatComesLater() {
    hear(0, 1, 4);
    expect(3, 2, 0, 0, 0);

    hear(2);
    expect(4, 1, 0, 1, 0);
  }

  @Test
  void countsEachRepetitionAsADuplicate() {
    hear(0, 1, 1, 0, 1);

    expect(2, 0, 3, 0, 0);
  }

  @Test
  void whatIsOlderThanTheWindowIsLateAndStaysLost() {
    hear(0, StreamQuality.WINDOW + 1, 1);

    expect(2, StreamQuality.WINDOW, 0, 0, 1);
  }

  @Test
  void theNumberOnTheWireMayWrap() {
    hear(Integer.MAX_VALUE - 1, Integer.MAX_VALUE, 0, 1);

    expect(4, 0, 0, 0, 0);
  }

  @Test
  void aSenderThatBeginsAgainStartsANewStream() {
    hear(5_000_000, 5_000_002, 0, 1, 3);

    expect(5, 2, 0, 0, 0);
    assertEquals(1, quality.report().restarts());
  }

  @Test
  void theEndOfTheStreamTellsOfALostTail() {
    hear(0, 1);

    quality.onEnd(5);
    quality.onEnd(5);

    expect(2, 3, 0, 0, 0);
  }

  @Test
  void jitterIsTheSmoothedDifferenceOfDelays() {
    quality.onDatagram(0, 0, 1_000);
    quality.onDatagram(1, 10_000, 12_600);

    assertEquals(100, quality.report().jitterNanos()); // |2600 - 1000| / 16
    assertEquals(1_600, quality.report().delaySpreadNanos());
  }

  @Test
  void agreesWithASimpleAccountOnRandomStreams() {
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      List<Integer> arrivals = new ArrayList<>();
      int count = 1 + random.nextInt(300);
      for (int number = 0; number < count; number++) {
        int kind = random.nextInt(10);
        int copies = kind == 0 ? 0 : kind == 1 ? 2 : 1;
        arrivals.addAll(Collections.nCopies(copies, number));
      }
      for (int swap = random.nextInt(20); swap > 0 && arrivals.size() > 5; swap--) {
        int at = random.nextInt(arrivals.size() - 5);
        Collections.swap(arrivals, at, at + random.nextInt(5));
      }

      StreamQuality machine = new StreamQuality();
      TreeSet<Integer> distinct = new TreeSet<>();
      long duplicates = 0;
      long reordered = 0;
      for (int number : arrivals) {
        machine.onDatagram(number, 0, 0);
        if (!distinct.isEmpty() && !distinct.contains(number) && number < distinct.last()) {
          reordered++;
        }
        duplicates += distinct.add(number) ? 0 : 1;
      }

      StreamQuality.Report report = machine.report();
      long expected = distinct.isEmpty() ? 0 : distinct.last() - distinct.first() + 1;
      assertEquals(distinct.size(), report.received(), "seed " + seed);
      assertEquals(expected - distinct.size(), report.lost(), "seed " + seed);
      assertEquals(duplicates, report.duplicates(), "seed " + seed);
      assertEquals(reordered, report.reordered(), "seed " + seed);
    }
  }
}
