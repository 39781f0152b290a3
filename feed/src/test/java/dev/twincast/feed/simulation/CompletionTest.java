package dev.twincast.feed.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.feed.machine.PublisherSettings;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A publisher that knows how many receivers there are, on a network that loses, repeats and
 * reorders. That it counts nobody who has not finished with everything is looked at in each of
 * these, whenever a publisher ends ({@link Promises#complete}).
 */
class CompletionTest {
  private static final int SEEDS = 2000;
  private static final int MESSAGES = 60;
  private static final Duration LINGER = Duration.ofSeconds(3);

  /** A group, all from a seed: how many subscribers and recorders, and what the network does. */
  private static final class Draw {
    final SplittableRandom random;
    final int subscribers;
    final int recorders;

    Draw(long seed) {
      random = new SplittableRandom(seed);
      subscribers = 1 + random.nextInt(4);
      recorders = random.nextInt(3);
    }

    int receivers() {
      return subscribers + recorders;
    }

    SimulatedGroup group(long seed, int receivers) {
      return SimulatedGroup.of(subscribers)
          .recorders(recorders)
          .loss(random.nextInt(4) * 0.1)
          .duplication(random.nextInt(3) * 0.1)
          .jitter(Duration.ofNanos(1 + random.nextInt(2_000_000)))
          .forceAfter(Duration.ofMillis(random.nextInt(3) * 5L))
          .finishWithin(Duration.ofMillis(random.nextInt(2) * 500L))
          .publisherSettings(
              PublisherSettings.DEFAULT
                  .withBacklogPackets(64)
                  .withLingerNanos(LINGER.toNanos())
                  .withReceivers(receivers)
                  .withAcks(random.nextInt(recorders + 1), 1000))
          .seed(seed);
    }
  }

  /** Waits until the publisher has left; returns how long. */
  private static Duration leave(SimulatedGroup group) {
    long begin = group.time.now();
    while (!group.publisher().isOver()) {
      group.run(Duration.ofMillis(1));
    }
    return Duration.ofNanos(group.time.now() - begin);
  }

  @Test
  void thePublisherLeavesEarlyWhenAllHaveEverything() {
    int early = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      var draw = new Draw(seed);
      try (var group = draw.group(seed, draw.receivers())) {
        group.publish(MESSAGES);
        group.end();

        Duration time = leave(group);

        boolean isEarly = time.compareTo(LINGER) < 0;
        assertTrue(!isEarly || group.publisher().complete() == draw.receivers(), "seed " + seed);
        early += isEarly ? 1 : 0;
      }
    }
    assertTrue(early > 0.99 * SEEDS, early + " of " + SEEDS + " left early");
  }

  @Test
  void nobodyIsCountedWhoDiedOrWasCutOffBeforeItHadEverything() {
    int early = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      var draw = new Draw(seed);
      int receivers = 1 + draw.random.nextInt(draw.receivers());
      try (var group = draw.group(seed, receivers)) {
        group.publish(MESSAGES);
        group.end();
        for (int i = 0; i < 6 && !group.publisher().isOver(); i++) {
          group.run(Duration.ofNanos(draw.random.nextInt(20_000_000)));
          befall(group, draw);
        }

        Duration time = leave(group);

        assertTrue(group.publisher().complete() <= receivers, "seed " + seed);
        early += time.compareTo(LINGER) < 0 ? 1 : 0;
      }
    }
    assertTrue(early > 0.2 * SEEDS, early + " of " + SEEDS + " left early");
  }

  private static void befall(SimulatedGroup group, Draw draw) {
    SimulatedSubscriber subscriber = group.subscriber(draw.random.nextInt(draw.subscribers));
    switch (draw.random.nextInt(4)) {
      case 0 -> {
        if (subscriber.isUp()) {
          subscriber.crash();
        } else {
          subscriber.restart();
        }
      }
      case 1 -> group.cutOff(subscriber.name, !subscriber.isCutOff);
      case 2 -> subscriber.pause();
      case 3 -> subscriber.resume();
    }
  }

  @Test
  void aPublisherThatHearsNoReportStaysForTheLinger() {
    for (long seed = 0; seed < SEEDS / 10; seed++) {
      var draw = new Draw(seed);
      try (var group = draw.group(seed, draw.receivers())) {
        group.publish(MESSAGES);
        group.runUntilIdle();
        group.publisher().loss = random -> true;
        group.run(Duration.ofMillis(50)); // what is still on its way arrives
        group.end();

        Duration time = leave(group);

        assertEquals(0, group.publisher().complete(), "seed " + seed);
        assertTrue(time.compareTo(LINGER) >= 0, "seed " + seed + ": " + time);
        for (SimulatedSubscriber subscriber : group.subscribers()) {
          assertTrue(subscriber.hasFinished(), "seed " + seed);
        }
      }
    }
  }

  @Test
  void whoHasNotFinishedWithTheLastMessageHoldsThePublisher() {
    try (var group =
        SimulatedGroup.of(1)
            .finishWithin(Duration.ofSeconds(2))
            .publisherSettings(PublisherSettings.DEFAULT.withReceivers(1))
            .seed(42)) {
      group.publish(MESSAGES);
      group.end();
      while (!group.subscriber(0).hasEnded()) {
        group.run(Duration.ofMillis(1));
      }
      group.run(Duration.ofMillis(10));
      assertEquals(0, group.publisher().complete());

      leave(group);

      assertTrue(group.subscriber(0).hasFinished());
      assertEquals(1, group.publisher().complete());
    }
  }
}
