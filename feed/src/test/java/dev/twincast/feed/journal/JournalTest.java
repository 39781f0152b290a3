package dev.twincast.feed.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A journal on a simulated disk: what it does when all goes well, and when one thing does not. */
class JournalTest {
  private static final JournalSettings SMALL = JournalSettings.DEFAULTS.withSegmentBytes(4096);
  private static final long MILLISECOND = 1_000_000;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private Journal open(JournalSettings settings) throws IOException {
    InstantSource clock = () -> now;
    return Journal.open(disk, settings, clock, new Random(disk.forces()));
  }

  /** A message of a number: 100 bytes, so that 34 fill a segment. */
  private static ByteBuffer message(long number) {
    return ByteBuffer.wrap("%0100d".formatted(number).getBytes(StandardCharsets.US_ASCII));
  }

  private static void append(Journal journal, String session, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      journal.append(session, message(journal.next(session)));
    }
  }

  private static boolean holds(Journal journal, String session, long number) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(200);
    if (!journal.read(session, number, out)) {
      assertEquals(0, out.position());
      assertEquals(-1, journal.length(session, number));
      return false;
    }
    assertEquals(message(number), out.flip());
    assertEquals(100, journal.length(session, number));
    return true;
  }

  private static void assertHolds(Journal journal, String session, long from, long to)
      throws IOException {
    for (long number = from; number < to; number++) {
      assertTrue(holds(journal, session, number), "message " + number);
    }
  }

  private static void fill(Journal journal, String session, long from, long to) throws IOException {
    for (long number = from; number < to; number++) {
      journal.fill(session, number, message(number));
    }
  }

  /** Where the record of so many records before it begins in a segment. */
  private static int record(int before) {
    return SegmentHeader.BYTES + before * Records.bytes(100);
  }

  /**
   * A journal of so many messages of session a, opened again after a byte of a file has changed.
   */
  private Journal damaged(int messages, String file, int position) throws IOException {
    try (Journal journal = open(SMALL)) {
      append(journal, "a", messages);
    }
    disk.rot(file, position);
    return open(SMALL);
  }

  private List<String> files() {
    return disk.list().stream().sorted().toList();
  }

  private static String file(String session, long first) {
    return new SegmentName(session, first).toString();
  }

  @Test
  void anUnknownSessionIsEmpty() throws IOException {
    Journal journal = open(SMALL);

    assertEquals(Set.of(), journal.sessions());
    assertEquals(1, journal.first("a"));
    assertEquals(1, journal.next("a"));
    assertEquals(1, journal.durable("a"));
    assertEquals(-1, journal.length("a", 1));
    assertFalse(holds(journal, "a", 1));
    journal.commit(0);
    assertEquals(List.of(), files());
  }

  @Test
  void keepsSessionsApartAndInOrderOverManySegments() throws IOException {
    try (Journal journal = open(SMALL)) {
      append(journal, "a", 100);
      append(journal, "A", 3);
      append(journal, "a", 100);
      assertHolds(journal, "a", 1, 201);
      assertHolds(journal, "A", 1, 4);
      assertEquals(Set.of("a", "A"), journal.sessions());
    }
    assertEquals(7, files().size());
    try (Journal journal = open(SMALL)) {
      assertHolds(journal, "a", 1, 201);
      assertEquals(201, journal.next("a"));
      append(journal, "a", 10);
      assertHolds(journal, "a", 190, 211);
      assertFalse(holds(journal, "a", 211));
      assertFalse(holds(journal, "a", 0));
      assertEquals(211, journal.missing("a", 1));
    }
  }

  @Test
  void aMessageMayBeEmptyOrAsLongAsAnyOrTooLong() throws IOException {
    Journal journal = open(SMALL);
    ByteBuffer longest = ByteBuffer.allocate(Records.MAX_MESSAGE_BYTES);
    journal.append("a", ByteBuffer.allocate(0));
    journal.append("a", longest);
    journal.append("a", longest);
    assertThrows(
        IllegalArgumentException.class, () -> journal.append("a", ByteBuffer.allocate(65_536)));
    journal.close();

    Journal again = open(SMALL);
    assertEquals(0, again.length("a", 1));
    assertEquals(Records.MAX_MESSAGE_BYTES, again.length("a", 3));
    ByteBuffer small = ByteBuffer.allocate(10);
    assertTrue(again.read("a", 1, small));
    assertFalse(again.read("a", 2, small), "no room");
    assertEquals(0, small.position());
    assertEquals(4, again.next("a"));
  }

  @Test
  void appendLeavesTheMessageAsItIs() throws IOException {
    Journal journal = open(SMALL);
    ByteBuffer message = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1).limit(3);
    journal.append("a", message);

    assertEquals(1, message.position());
    ByteBuffer out = ByteBuffer.allocate(10).position(2);
    assertTrue(journal.read("a", 1, out));
    assertEquals(ByteBuffer.wrap(new byte[] {2, 3}), out.slice(2, 2));
    assertEquals(4, out.position());
  }

  @Test
  void aBatchIsForcedOnceUnderAlways() throws IOException {
    Journal journal = open(JournalSettings.DEFAULTS);
    append(journal, "a", 1);
    int before = disk.forces();
    append(journal, "a", 999);
    assertEquals(1, journal.durable("a"));

    journal.commit(0);
    assertEquals(1001, journal.durable("a"));
    assertEquals(before + 1, disk.forces());
    journal.commit(0);
    assertEquals(before + 1, disk.forces(), "nothing to force");
    assertEquals(Long.MAX_VALUE, journal.nextTimeout());
  }

  @Test
  void isForcedOnceAnIntervalUnderInterval() throws IOException {
    Journal journal =
        open(JournalSettings.DEFAULTS.withFsync(Fsync.interval(Duration.ofMillis(10))));
    append(journal, "a", 1);
    journal.commit(-MILLISECOND);
    append(journal, "a", 1);
    journal.commit(8 * MILLISECOND);
    assertEquals(1, journal.durable("a"));
    assertEquals(9 * MILLISECOND, journal.nextTimeout());

    journal.commit(9 * MILLISECOND);
    assertEquals(3, journal.durable("a"));
    assertEquals(Long.MAX_VALUE, journal.nextTimeout());
  }

  @Test
  void whatWasWrittenIsCalledDurableUnderNever() throws IOException {
    Journal journal = open(JournalSettings.DEFAULTS.withFsync(Fsync.never()));
    append(journal, "a", 1);
    int before = disk.forces();
    append(journal, "a", 10);
    assertEquals(1, journal.durable("a"));

    journal.commit(0);
    assertEquals(12, journal.durable("a"));
    assertEquals(before, disk.forces());
    journal.force();
    assertEquals(before + 1, disk.forces());
  }

  @Test
  void skipsToANumberAndForgetsWhatWasBefore() throws IOException {
    Journal journal = open(SMALL);
    append(journal, "a", 100);
    journal.skipTo("a", 500);
    assertEquals(500, journal.first("a"));
    assertEquals(500, journal.next("a"));
    assertFalse(holds(journal, "a", 100));
    assertEquals(List.of(file("a", 500)), files());
    journal.skipTo("b", 7);
    append(journal, "b", 1);
    assertThrows(IllegalArgumentException.class, () -> journal.skipTo("b", 8));
    assertThrows(IllegalArgumentException.class, () -> journal.skipTo("b", 1));
    journal.close();

    Journal again = open(SMALL);
    assertEquals(500, again.first("a"));
    assertEquals(500, again.next("a"));
    append(again, "a", 3);
    assertHolds(again, "a", 500, 503);
    assertHolds(again, "b", 7, 8);
    assertEquals(7, again.first("b"));
  }

  @Test
  void deletesTheOldestSegmentsAboveASize() throws IOException {
    Journal journal = open(SMALL.withRetainedBytes(20_000));
    for (int i = 0; i < 100; i++) {
      now = now.plusSeconds(1);
      append(journal, i % 10 == 0 ? "b" : "a", 10);
      journal.commit(i * 1_000L * MILLISECOND);
    }

    assertTrue(journal.bytes() <= 20_000, journal.bytes() + " bytes");
    assertTrue(journal.first("a") > 700 && journal.first("a") < 850, "first " + journal.first("a"));
    assertEquals(901, journal.next("a"));
    assertHolds(journal, "a", journal.first("a"), 901);
    assertHolds(journal, "b", journal.first("b"), 101);
  }

  @Test
  void neverDeletesTheSegmentThatIsWrittenTo() throws IOException {
    Journal journal = open(SMALL.withRetainedBytes(0));
    append(journal, "a", 35);
    journal.commit(0);

    assertEquals(35, journal.first("a"));
    assertHolds(journal, "a", 35, 36);
  }

  @Test
  void deletesSegmentsAboveAnAgeAndRemembersTheNextNumber() throws IOException {
    JournalSettings settings = SMALL.withRetainedAge(Duration.ofHours(1));
    Journal journal = open(settings);
    append(journal, "a", 35);
    journal.commit(0);
    now = now.plus(Duration.ofMinutes(59));
    journal.commit(Duration.ofMinutes(59).toNanos());
    assertEquals(1, journal.first("a"));

    now = now.plus(Duration.ofMinutes(2));
    journal.commit(Duration.ofMinutes(61).toNanos());
    assertEquals(36, journal.first("a"));
    assertEquals(36, journal.next("a"));
    assertEquals(List.of(file("a", 36)), files());
    append(journal, "a", 1);
    journal.close();
    assertHolds(open(settings), "a", 36, 37);
  }

  @Test
  void aDamagedRecordMakesAHoleThatCanBeFilled() throws IOException {
    Journal again = damaged(100, file("a", 35), record(10) + 50);

    assertEquals(101, again.next("a"));
    assertFalse(holds(again, "a", 45), "damaged");
    assertFalse(holds(again, "a", 68), "behind it in the segment");
    assertHolds(again, "a", 1, 45);
    assertHolds(again, "a", 69, 101);
    assertEquals(45, again.missing("a", 1));
    assertEquals(50, again.missing("a", 50));
    assertEquals(101, again.missing("a", 69));
    assertThrows(IllegalArgumentException.class, () -> again.fill("a", 46, message(46)));
    assertThrows(IllegalArgumentException.class, () -> again.fill("a", 44, message(44)));
    assertThrows(IllegalArgumentException.class, () -> again.fill("a", 101, message(101)));

    fill(again, "a", 45, 60);
    assertHolds(again, "a", 40, 60);
    assertEquals(60, again.missing("a", 1));
    append(again, "a", 1);
    again.close();

    Journal third = open(SMALL);
    assertFalse(holds(third, "a", 60));
    fill(third, "a", third.missing("a", 1), 69);
    assertHolds(third, "a", 1, 102);
    assertEquals(102, third.missing("a", 1));
    third.close();
    assertHolds(open(SMALL), "a", 1, 102);
  }

  @Test
  void aDamagedHeaderMakesAHoleOfItsSegment() throws IOException {
    Journal again = damaged(100, file("a", 35), 20);

    assertEquals(35, again.missing("a", 1));
    assertHolds(again, "a", 1, 35);
    assertFalse(holds(again, "a", 35));
    assertHolds(again, "a", 69, 101);
    fill(again, "a", 35, 69);
    again.close();
    assertHolds(open(SMALL), "a", 1, 101);
  }

  @Test
  void aDamagedFirstSegmentIsGone() throws IOException {
    Journal again = damaged(100, file("a", 1), 20);

    assertEquals(35, again.first("a"));
    assertEquals(101, again.missing("a", 1));
    assertHolds(again, "a", 35, 101);
  }

  @Test
  void damageInTheLastSegmentEndsItButItsNumbersCountAsUsed() throws IOException {
    Journal again = damaged(20, file("a", 1), record(10));

    assertEquals(11, again.next("a"));
    assertEquals(21, again.used("a"));
    append(again, "a", 5);
    assertHolds(again, "a", 1, 16);
    assertEquals(21, again.used("a"));
    again.close();
    Journal third = open(SMALL);
    assertHolds(third, "a", 1, 16);
    assertEquals(16, third.used("a"));
  }

  @Test
  void aTornEndHasNotUsedItsNumber() throws IOException {
    Journal again = damaged(20, file("a", 1), record(19) + 50);

    assertEquals(20, again.next("a"));
    assertEquals(20, again.used("a"));
  }

  @Test
  void leapsOverNumbersThatWereUsedAndKeepsWhatWasBefore() throws IOException {
    Journal again = damaged(20, file("a", 1), record(10));

    again.leap("a", again.used("a"));
    again.append("a", message(21));
    again.close();

    Journal third = open(SMALL);
    assertEquals(22, third.next("a"));
    assertHolds(third, "a", 1, 11);
    assertHolds(third, "a", 21, 22);
    assertFalse(holds(third, "a", 11));
    assertEquals(11, third.missing("a", 1));
    assertEquals(21, third.kept("a", 11));
    fill(third, "a", 11, 21);
    assertEquals(22, third.missing("a", 1));
    third.close();
    assertHolds(open(SMALL), "a", 1, 22);
  }

  @Test
  void oneSessionTooManyIsRefusedAndTheOthersGoOn() throws IOException {
    Journal journal = open(SMALL);
    for (int i = 0; i < Journal.MAX_SESSIONS; i++) {
      append(journal, "s" + i, 1);
      journal.release("s" + i);
    }

    assertFalse(journal.takes("one more"));
    IOException refusal = assertThrows(IOException.class, () -> append(journal, "one more", 1));
    assertTrue(refusal.toString().contains("one too many"), refusal.toString());
    assertThrows(IOException.class, () -> journal.skipTo("one more", 5));
    assertTrue(journal.takes("s7"));
    append(journal, "s7", 2);
    assertHolds(journal, "s7", 1, 4);
    journal.close();
    assertFalse(open(SMALL).takes("one more"));
  }

  @Test
  void whatIsReleasedIsWrittenAndAppendingGoesOn() throws IOException {
    Journal journal = open(SMALL);
    append(journal, "a", 10);
    journal.release("a");
    journal.release("a");
    journal.release("never seen");
    assertEquals(11, journal.durable("a"));
    append(journal, "a", 10);
    assertHolds(journal, "a", 1, 21);
    journal.close();
    assertHolds(open(SMALL), "a", 1, 21);
  }

  @Test
  void damageInTheSegmentThatIsWrittenToIsAHoleAsWell() throws IOException {
    Journal journal = open(SMALL);
    append(journal, "a", 20);
    journal.commit(0);
    disk.rot(file("a", 1), record(10));
    append(journal, "a", 2);

    assertFalse(holds(journal, "a", 15));
    assertEquals(11, journal.missing("a", 1));
    assertEquals(23, journal.next("a"));
    append(journal, "a", 2);
    fill(journal, "a", 11, 23);
    assertHolds(journal, "a", 1, 25);
    journal.close();
    assertHolds(open(SMALL), "a", 1, 25);
  }

  @Test
  void aFlippedByteIsFoundWhereverItIsAndNothingWrongIsRead() throws IOException {
    Journal journal = open(SMALL);
    append(journal, "a", 50);
    journal.close();
    int lastEnd = record(16); // what follows is unused
    for (String file : files()) {
      int end = Math.min(disk.bytes(file).length, file.equals(file("a", 35)) ? lastEnd : 5000);
      for (int position = 0; position < end; position += position < 200 ? 1 : 7) {
        var damaged = new SimulatedDisk(1);
        for (String each : files()) {
          byte[] bytes = disk.bytes(each);
          DiskFile copy = damaged.create(each, bytes.length);
          copy.write(0, ByteBuffer.wrap(bytes));
        }
        damaged.rot(file, position);
        Journal again = Journal.open(damaged, SMALL, () -> now, new Random(1));
        int kept = 0;
        for (long number = 1; number < again.next("a"); number++) {
          kept += holds(again, "a", number) ? 1 : 0;
        }
        assertTrue(kept >= 16 && kept < 50, file + " at " + position + ": " + kept);
      }
    }
  }

  @Test
  void aFullDiskLosesNothingAndAppendingGoesOnWhenThereIsRoom() throws IOException {
    for (Fsync fsync :
        List.of(Fsync.always(), Fsync.interval(Duration.ofMillis(1)), Fsync.never())) {
      for (int room = 0; room < 12_000; room += 97) {
        var full = new SimulatedDisk(1);
        Journal journal = Journal.open(full, SMALL.withFsync(fsync), () -> now, new Random(1));
        append(journal, "a", 20);
        journal.commit(0);
        full.limit(room);
        IOException failure = null;
        for (int i = 0; failure == null; i++) {
          try {
            append(journal, "a", 10);
            journal.commit(i * 10L * MILLISECOND);
          } catch (IOException e) {
            failure = e;
          }
        }
        assertTrue(failure.toString().contains("No space left"), failure.toString());
        long next = journal.next("a");
        assertTrue(journal.durable("a") <= next);
        assertHolds(journal, "a", 1, next);

        full.limit(Long.MAX_VALUE);
        append(journal, "a", 100);
        journal.commit(Duration.ofHours(1).toNanos());
        journal.commit(Duration.ofHours(2).toNanos());
        assertEquals(next + 100, journal.durable("a"));
        full.restart();
        assertHolds(Journal.open(full, SMALL, () -> now, new Random(1)), "a", 1, next + 100);
      }
    }
  }

  @Test
  void afterAFailedForceNothingMoreIsCalledDurable() throws IOException {
    Journal journal = open(SMALL);
    append(journal, "a", 10);
    journal.commit(0);
    append(journal, "a", 10);
    disk.failForces();

    assertThrows(IOException.class, () -> journal.commit(0));
    IOException refusal = assertThrows(IOException.class, () -> append(journal, "a", 1));
    assertTrue(refusal.toString().contains("open the journal again"), refusal.toString());
    assertThrows(IOException.class, () -> journal.commit(0));
    assertEquals(11, journal.durable("a"));
    assertHolds(journal, "a", 1, 21);
  }

  @Test
  void manyReadersEachGoOnWhereTheyAre() throws IOException {
    Journal journal = open(SMALL);
    append(journal, "a", 2_000);
    for (int i = 0; i < 100; i++) {
      for (int reader = 0; reader < 20; reader++) {
        assertTrue(holds(journal, "a", 1 + reader * 100 + i));
      }
    }
    Random random = new Random(1);
    for (int i = 0; i < 5_000; i++) {
      assertTrue(holds(journal, "a", 1 + random.nextInt(2_000)));
    }
  }

  @Test
  void otherFilesInTheDirectoryAreLeftAlone() throws IOException {
    disk.create("notes.txt", 10).close();
    open(SMALL).close();

    assertEquals(List.of("notes.txt"), files());
  }

  @Test
  void settingsOutsideTheirRangesAreRefused() {
    Stream.<Runnable>of(
            () -> SMALL.withSegmentBytes(4095),
            () -> SMALL.withSegmentBytes((1 << 30) + 1),
            () -> SMALL.withRetainedBytes(-1),
            () -> SMALL.withRetainedAge(Duration.ofMillis(-1)),
            () -> Fsync.interval(Duration.ZERO),
            () -> Fsync.interval(Duration.ofDays(1)))
        .forEach(wrong -> assertThrows(IllegalArgumentException.class, wrong::run));
    SMALL.withRetainedAge(Duration.ofSeconds(Long.MAX_VALUE));
  }
}
