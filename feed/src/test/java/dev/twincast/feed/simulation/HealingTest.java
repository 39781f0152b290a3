package dev.twincast.feed.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Recorders whose disks lose what they kept. */
class HealingTest {
  private static final int SEEDS = 300;
  private static final int MESSAGES = 400;

  private static void assertHasAll(SimulatedRecorder recorder, long seed) {
    for (long number = 1; number <= MESSAGES; number++) {
      assertTrue(recorder.has(number), "seed " + seed + ": " + recorder + " lacks #" + number);
    }
  }

  @Test
  void holesAreFilledByThePublisherOrFellowsThroughALossyNetwork() {
    for (long seed = 0; seed < SEEDS; seed++) {
      var random = new SplittableRandom(seed);
      try (var group = SimulatedGroup.of(1).recorders(1 + random.nextInt(3)).loss(0.2).seed(seed)) {
        group.publish(MESSAGES);
        group.runUntilIdle();
        for (SimulatedRecorder recorder : group.recorders()) {
          long from = random.nextLong(1, MESSAGES + 1L);
          recorder.damage(from, random.nextLong(from, MESSAGES + 1L) + 1);
        }

        group.run(Duration.ofSeconds(100));

        for (SimulatedRecorder recorder : group.recorders()) {
          assertHasAll(recorder, seed);
        }
      }
    }
  }

  @Test
  void fellowsFillItWhenThePublisherIsGone() {
    for (long seed = 0; seed < SEEDS; seed++) {
      try (var group = SimulatedGroup.of(1).recorders(3).seed(seed)) {
        group.publish(MESSAGES);
        group.runUntilIdle();
        group.publisher().crash();
        group.recorder(0).damage(1, 100);
        group.recorder(1).damage(50, 200);
        group.recorder(2).damage(300, MESSAGES + 1);

        group.run(Duration.ofSeconds(100));

        for (SimulatedRecorder recorder : group.recorders()) {
          assertHasAll(recorder, seed);
        }
      }
    }
  }

  @Test
  void whatNobodyHasIsAskedForRarelyAndTheRestIsFilled() {
    for (long seed = 0; seed < 20; seed++) {
      try (var group = SimulatedGroup.of(1).recorders(2).seed(seed)) {
        group.publish(MESSAGES);
        group.runUntilIdle();
        group.publisher().crash();
        group.recorder(0).damage(10, 20);
        group.recorder(0).damage(100, 200);
        group.recorder(1).damage(10, 20);

        group.run(Duration.ofSeconds(30));
        assertFalse(group.recorder(0).has(15));
        assertTrue(group.recorder(0).has(150));
        long before = group.recorder(1).requests();
        group.run(Duration.ofMinutes(10));

        long asked = group.recorder(1).requests() - before;
        assertTrue(asked <= 200, "seed " + seed + ": " + asked);
      }
    }
  }

  @Test
  void nothingIsAskedForWhileNothingIsMissing() {
    try (var group = SimulatedGroup.of(0).recorders(2).seed(1)) {
      group.publish(MESSAGES);
      group.runUntilIdle();
      long before = group.recorder(0).requests() + group.recorder(1).requests();

      group.run(Duration.ofMinutes(5));

      assertEquals(before, group.recorder(0).requests() + group.recorder(1).requests());
    }
  }
}
