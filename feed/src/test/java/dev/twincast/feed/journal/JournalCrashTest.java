package dev.twincast.feed.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A journal that loses power or is killed again and again, beside a simple account of it. */
class JournalCrashTest {
  private static final int SEEDS = 5_000;

  @Test
  void keepsWhatItPromisedAndReturnsNothingElse() throws IOException {
    int[] halts = new int[2];
    for (long seed = 0; seed < SEEDS; seed++) {
      run(seed, halts);
    }
    assertTrue(halts[0] > SEEDS / 2 && halts[1] > SEEDS / 2, "few halts: " + halts[0]);
  }

  /** Seeds that have found a mistake once. */
  @ParameterizedTest
  @ValueSource(longs = {0})
  void keepsWhatItPromisedWithSeed(long seed) throws IOException {
    run(seed, new int[2]);
  }

  private static void run(long seed, int[] halts) throws IOException {
    try {
      new Story(seed).run(halts);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + e, e);
    }
  }

  /** What should be kept of one session. */
  private static final class Account {
    final TreeMap<Long, byte[]> messages = new TreeMap<>();
    long next = 1;
    long first = 1;
    long committed = 1; // numbers below survive a killed process
    long forced = 1; // numbers below survive the loss of power
    long skippingTo; // 0: not
  }

  private static final class Story {
    private static final int LIVES = 5;

    private final long seed;
    private final Random random;
    private final SimulatedDisk disk;
    private final JournalSettings settings;
    private final boolean deletes;
    private final ByteBuffer out = ByteBuffer.allocate(10_000);
    private final Map<String, Account> accounts = new TreeMap<>();
    private long now;
    private boolean powerFails;
    private boolean powerFailed; // since a journal was last opened
    private boolean mayHaveHoles;

    Story(long seed) {
      this.seed = seed;
      random = new Random(seed);
      disk = new SimulatedDisk(seed);
      deletes = random.nextInt(4) == 0;
      Fsync fsync =
          List.of(Fsync.always(), Fsync.interval(Duration.ofMillis(5)), Fsync.never())
              .get(random.nextInt(3));
      settings =
          JournalSettings.DEFAULTS
              .withFsync(fsync)
              .withSegmentBytes(4096)
              .withRetainedBytes(deletes ? 10_000 : Long.MAX_VALUE);
      for (String session : List.of("a", "B/..").subList(0, 1 + random.nextInt(2))) {
        accounts.put(session, new Account());
      }
    }

    void run(int[] halts) throws IOException {
      for (int life = 0; life < LIVES; life++) {
        powerFails = random.nextBoolean();
        if (life < LIVES - 1) {
          disk.haltAfter(random.nextInt(80));
        }
        try {
          live();
        } catch (SimulatedDisk.Halt halt) {
          halts[powerFails ? 1 : 0]++;
        }
        if (powerFails) {
          disk.losePower();
          powerFailed = true;
          mayHaveHoles |= settings.fsync() instanceof Fsync.Never;
        } else {
          disk.restart();
        }
      }
    }

    private void live() throws IOException {
      // Not closed: this life ends without a warning.
      Journal journal =
          Journal.open(disk, settings, InstantSource.fixed(Instant.EPOCH), new Random(seed + now));
      for (var entry : accounts.entrySet()) {
        check(journal, entry.getKey(), entry.getValue());
      }
      powerFailed = false;
      for (int i = random.nextInt(200); i > 0; i--) {
        var chosen = List.copyOf(accounts.entrySet()).get(random.nextInt(accounts.size()));
        step(journal, chosen.getKey(), chosen.getValue());
      }
    }

    /** Looks at what a life before has left, and takes it for what is kept from now on. */
    private void check(Journal journal, String session, Account account) throws IOException {
      long next = journal.next(session);
      long first = journal.first(session);
      if (account.skippingTo != 0 && next == account.skippingTo) {
        account.messages.clear();
        account.first = next;
      } else {
        long promised = powerFailed ? account.forced : account.committed;
        assertTrue(next >= promised, "next " + next + " < " + promised);
        assertTrue(next <= account.next, "next " + next + " > " + account.next);
      }
      if (!deletes && !mayHaveHoles) {
        assertEquals(Math.min(account.first, next), first, "first");
      }
      assertTrue(first <= next, "first " + first + " > next " + next);
      for (long number = first; number < next; number++) {
        checkMessage(journal, session, account, number);
      }
      assertTrue(!journal.read(session, next, out.clear()));
      assertTrue(!journal.read(session, first - 1, out.clear()));
      if (!mayHaveHoles) {
        assertEquals(next, journal.missing(session, first), "missing");
      }
      account.messages.tailMap(next, true).clear();
      account.skippingTo = 0;
      account.next = next;
      account.first = first;
      account.committed = next;
      account.forced = next;
      assertEquals(next, journal.durable(session), "durable");
    }

    private void checkMessage(Journal journal, String session, Account account, long number)
        throws IOException {
      int length = random.nextInt(3) == 0 ? journal.length(session, number) : -2;
      if (!journal.read(session, number, out.clear())) {
        if (!mayHaveHoles) {
          fail("message " + number + " of " + session + " is not there");
        }
        account.messages.remove(number);
        return;
      }
      byte[] read = new byte[out.flip().remaining()];
      out.get(read);
      assertTrue(account.messages.containsKey(number), "message " + number + " was given up");
      assertArrayEquals(account.messages.get(number), read, "message " + number);
      assertTrue(length == -2 || length == read.length, "length of message " + number);
    }

    private void step(Journal journal, String session, Account account) throws IOException {
      switch (random.nextInt(12)) {
        case 0, 1 -> {
          now += random.nextInt(4_000_000);
          journal.commit(now);
          promise(journal);
        }
        case 2 -> {
          long first = journal.first(session);
          if (first < journal.next(session)) {
            checkMessage(journal, session, account, random.nextLong(first, journal.next(session)));
          }
        }
        case 3 -> {
          if (random.nextInt(20) == 0) {
            account.skippingTo = account.next + 1 + random.nextInt(5);
            account.committed = 1; // what was promised is being given up
            account.forced = 1;
            journal.skipTo(session, account.skippingTo);
            account.messages.clear();
            account.next = account.skippingTo;
            account.first = account.next;
            account.committed = account.next;
            account.forced = account.next;
            account.skippingTo = 0;
          } else if (random.nextInt(20) == 0) {
            journal.force();
            for (Account each : accounts.values()) {
              each.committed = each.next;
              each.forced = each.next;
            }
          }
        }
        default -> {
          byte[] message = new byte[random.nextInt(20) == 0 ? 5_000 : random.nextInt(300)];
          random.nextBytes(message);
          account.messages.put(account.next, message);
          account.next++; // before: it may be there though append does not return
          journal.append(session, ByteBuffer.wrap(message));
        }
      }
      account.first = Math.max(account.first, journal.first(session));
    }

    private void promise(Journal journal) {
      accounts.forEach((session, account) -> {
        assertTrue(journal.durable(session) <= journal.next(session));
        account.committed = journal.next(session);
        if (!(settings.fsync() instanceof Fsync.Never)) {
          account.forced = journal.durable(session);
        }
      });
    }
  }
}
