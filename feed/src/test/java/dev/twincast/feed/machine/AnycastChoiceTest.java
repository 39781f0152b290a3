package dev.twincast.feed.machine;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.Policy;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which recorder is asked, in virtual time, over many seeds and by each policy. */
class AnycastChoiceTest {
  private static final int SEEDS = 500;
  private static final long MILLISECOND = 1_000_000;
  private static final long TIMEOUT = 5 * MILLISECOND;
  private static final List<Policy> POLICIES =
      List.of(Policy.leastLoaded(), Policy.random(), Policy.roundRobin(), Policy.hash("a key"));

  private static InetSocketAddress recorder(int i) {
    return InetSocketAddress.createUnresolved("recorder-" + i, 5008);
  }

  private static List<InetSocketAddress> recorders(int count) {
    return IntStream.range(0, count).mapToObj(AnycastChoiceTest::recorder).toList();
  }

  /** One who asks, again and again, and what became of it. */
  private static final class Asking {
    final SplittableRandom random;
    final AnycastChoice choice;
    final Set<InetSocketAddress> dead = new HashSet<>();
    final Map<InetSocketAddress, Integer> asked = new HashMap<>();
    long now;
    int timeouts;

    Asking(int seed, int recorders) {
      random = new SplittableRandom(seed);
      now = random.nextLong();
      choice =
          new AnycastChoice(
              POLICIES.get(seed % POLICIES.size()), InetSocketAddress::toString, random);
      choice.onNames(now, recorders(recorders));
    }

    /** Asks until somebody answers; a datagram in so many is lost. */
    void ask(double loss) {
      InetSocketAddress last = null;
      while (true) {
        InetSocketAddress chosen = requireNonNull(choice.choose(now, last, recorder -> true));
        asked.merge(chosen, 1, Integer::sum);
        last = chosen;
        if (!dead.contains(chosen) && random.nextDouble() >= loss) {
          now += random.nextLong(MILLISECOND);
          choice.answered(now, chosen, MILLISECOND);
          return;
        }
        long askedAt = now;
        now += TIMEOUT;
        timeouts++;
        choice.timedOut(now, chosen, askedAt);
      }
    }

    void ask(int times, double loss) {
      for (int i = 0; i < times; i++) {
        ask(loss);
        now += 10 * MILLISECOND;
      }
    }

    int asked(int recorder) {
      return asked.getOrDefault(recorder(recorder), 0);
    }
  }

  @Test
  void oneThatIsSilentIsPassedOverAndHardlyEverTried() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var asking = new Asking(seed, 3);
      asking.dead.add(recorder(1));

      asking.ask(1000, 0);

      // Three to find out; then once after each cool-down, of up to four seconds: in ten seconds.
      assertTrue(asking.timeouts <= 12, "seed " + seed + ": " + asking.timeouts);
    }
  }

  @Test
  void oneThatComesBackIsAskedAgain() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var asking = new Asking(seed, 2);
      asking.dead.add(recorder(0));
      asking.dead.add(recorder(1));
      asking.dead.remove(recorder(seed % 2));
      asking.ask(300, 0.1);
      int comesBack = 1 - seed % 2;

      asking.dead.clear();
      asking.ask(400, 0); // more than the longest cool-down
      int before = asking.asked(comesBack);
      asking.choice.onNames(asking.now, List.of(recorder(comesBack)));
      asking.ask(10, 0);

      assertTrue(asking.asked(comesBack) >= before + 10, "seed " + seed);
    }
  }

  @Test
  void allDeadIsSurvivedAndTheFirstThatLivesIsFound() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var asking = new Asking(seed, 4);
      asking.dead.addAll(recorders(4));
      InetSocketAddress last = null;
      for (int i = 0; i < 200; i++) {
        last = requireNonNull(asking.choice.choose(asking.now, last, recorder -> true));
        asking.choice.timedOut(asking.now + TIMEOUT, last, asking.now);
        asking.now += TIMEOUT;
      }
      asking.dead.remove(recorder(seed % 4));
      long start = asking.now;

      asking.ask(0);

      // Half of them are ejected, perhaps the one that lives: for four seconds at most.
      assertTrue(asking.now - start <= 4_100 * MILLISECOND, "seed " + seed);
    }
  }

  @Test
  void newNamesAreUsedAndOldOnesOnlyWhileNoNewOneAnswers() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var asking = new Asking(seed, 1);
      asking.ask(10, 0);
      asking.choice.onNames(asking.now, List.of(recorder(1), recorder(2)));
      assertEquals(3, asking.choice.recorders().size());
      int before = asking.asked(0);

      asking.ask(100, 0);
      assertEquals(before, asking.asked(0), "seed " + seed);

      asking.dead.add(recorder(1));
      asking.dead.add(recorder(2));
      asking.ask(100, 0);
      assertTrue(asking.asked(0) > before, "seed " + seed);
    }
  }

  @Test
  void nobodyIsAskedForWhatItDoesNotKeep() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var asking = new Asking(seed, 3);
      asking.dead.add(recorder(2));
      asking.ask(50, 0.3);

      for (int i = 0; i < 100; i++) {
        asking.now += 100 * MILLISECOND;
        Set<InetSocketAddress> keepers = new HashSet<>(recorders(3));
        keepers.remove(recorder(asking.random.nextInt(3)));
        keepers.remove(recorder(asking.random.nextInt(3)));
        assertTrue(keepers.contains(asking.choice.choose(asking.now, null, keepers::contains)));
      }
      assertNull(asking.choice.choose(asking.now, null, recorder -> false));
    }
  }

  @Test
  void theSameIsAskedOnceMoreRatherThanOneThatIsSilent() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var asking = new Asking(seed, 2);
      asking.dead.add(recorder(0));
      while (asking.choice.ejections() == 0) {
        asking.ask(0);
      }

      assertEquals(recorder(1), asking.choice.choose(asking.now, recorder(1), recorder -> true));
    }
  }
}
