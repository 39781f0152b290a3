package dev.twincast.feed.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.feed.simulation.SimulatedGroup;
import dev.twincast.feed.simulation.SimulatedSubscriber;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The main promises, one by one, in virtual time. */
class FeedTest {

  @Test
  void everybodyGetsEverythingWhenOnePacketInTenIsLost() {
    try (var group = SimulatedGroup.of(3).recorders(2).loss(0.1).seed(42)) {
      group.publish(1000);
      group.runUntilIdle();
      assertEquals(1000, group.subscriber(0).received());
      assertEquals(List.of(), group.subscriber(0).lost());
    }
  }

  @Test
  void thePublisherIsTheFirstRecorder() {
    try (var group = SimulatedGroup.of(3).burstLoss(0.2, 3).seed(42)) {
      group.publish(1000);
      group.runUntilIdle();
      assertEquals(1000, group.subscriber(2).received());
    }
  }

  @Test
  void whatWasAcknowledgedSurvivesThePublisherAndAllItsRecordersButOne() {
    try (var group =
        SimulatedGroup.of(1)
            .recorders(3)
            .acks(2, 100)
            .forceAfter(Duration.ofMillis(2))
            .loss(0.05)
            .seed(42)) {
      group.publish(300);
      group.runUntilIdle();
      assertEquals(301, group.publisher().acknowledged());
      group.publisher().crash();
      group.recorder(0).crash();
      group.recorder(1).crash();
      SimulatedSubscriber late = group.addSubscriber(new Start.At(Optional.of(group.session()), 1));
      group.run(Duration.ofSeconds(30));
      assertEquals(300, late.received());
    }
  }

  @Test
  void theLastMessagesReachEverybodyWithoutThePublisher() {
    try (var group = SimulatedGroup.of(2).recorders(1).seed(42)) {
      group.publish(10);
      group.runUntilIdle();
      group.cutOff("subscriber-1", true);
      group.publish(10);
      group.run(Duration.ofMillis(20));
      group.publisher().crash();
      group.cutOff("subscriber-1", false);
      group.run(Duration.ofSeconds(5));
      assertEquals(20, group.subscriber(1).received());
    }
  }

  /** Over a network so slow that a program exits within a few time-outs of the last message. */
  @Test
  void whoStillMissesTheLastMessagesHoldsThePublisherWhenTheRecorderIsGone() {
    for (long seed = 0; seed < 200; seed++) {
      try (var group =
          SimulatedGroup.of(2)
              .recorders(1)
              .loss(0.1)
              .delay(Duration.ofMillis(40))
              .publisherSettings(PublisherSettings.DEFAULT.withLingerNanos(1_000_000_000))
              .seed(seed)) {
        group.publish(100);
        group.runUntilIdle();
        group.recorder(0).crash();
        group.publish(100);
        group.end();
        while (!group.publisher().isOver()) {
          group.run(Duration.ofMillis(1));
        }
        group.publisher().crash();
        group.run(Duration.ofSeconds(1));
        for (SimulatedSubscriber subscriber : group.subscribers()) {
          assertEquals(200, subscriber.received(), "seed " + seed);
          assertTrue(subscriber.hasEnded(), "seed " + seed);
        }
      }
    }
  }

  @Test
  void aSlowSubscriberHoldsNobodyUpAndLittleMemory() {
    var window = new SubscriberSettings(64, 1 << 18, 16, 16, 4, 60_000_000_000L, false);
    try (var group = SimulatedGroup.of(2).recorders(1).subscriberSettings(window).seed(42)) {
      group.run(Duration.ofMillis(300));
      group.subscriber(0).pause();
      group.publish(5000);
      group.runUntilIdle();
      assertEquals(5000, group.subscriber(1).received());
      group.subscriber(0).resume();
      group.runUntilIdle();
      assertEquals(5000, group.subscriber(0).received());
      assertTrue(group.subscriber(0).statistics().replayed() > 4000);
    }
  }

  @Test
  void aThousandSubscribersWithBurstsOfLossAllGetEverything() {
    try (var group =
        SimulatedGroup.of(1000).recorders(3).burstLoss(0.02, 3).duplication(0.01).seed(42)) {
      for (int i = 0; i < 50; i++) {
        group.publish(5);
        group.run(Duration.ofMillis(3));
      }
      group.runUntilIdle();
      for (SimulatedSubscriber subscriber : group.subscribers()) {
        assertEquals(250, subscriber.received());
      }
    }
  }
}
