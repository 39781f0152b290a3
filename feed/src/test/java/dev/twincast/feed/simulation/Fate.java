package dev.twincast.feed.simulation;

import dev.twincast.anycast.Policy;
import dev.twincast.feed.machine.AnswerLimits;
import dev.twincast.feed.machine.PublisherSettings;
import dev.twincast.feed.machine.RecorderSettings;
import dev.twincast.feed.machine.Start;
import dev.twincast.feed.machine.SubscriberSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** A small group and what befalls it, all from a seed; at last all is well again. */
public final class Fate {
  private static final int MAX_STEPS = 12;
  private static final long MAX_WINDOW_BYTES = 1 << 20;
  private static final List<Policy> POLICIES =
      List.of(Policy.leastLoaded(), Policy.random(), Policy.roundRobin(), Policy.hash("a key"));

  private final SplittableRandom random;
  private final SimulatedGroup group;
  private final int recorders;
  private boolean isForgetful;
  private boolean isPublisherForgetful;
  private boolean hasEnded;

  private Fate(long seed) {
    random = new SplittableRandom(seed);
    int subscribers = 1 + random.nextInt(3);
    recorders = random.nextInt(4);
    long delayNanos = 1_000L * (20 + random.nextInt(random.nextBoolean() ? 500 : 20_000));
    group =
        SimulatedGroup.of(subscribers)
            .recorders(recorders)
            .seed(seed)
            .policy(POLICIES.get((int) Math.floorMod(seed, (long) POLICIES.size())))
            .delay(Duration.ofNanos(delayNanos))
            .jitter(Duration.ofNanos(random.nextInt(3) * delayNanos))
            .duplication(random.nextInt(3) * 0.05)
            .forceAfter(Duration.ofNanos(random.nextInt(3) * 1_000_000L))
            .publisherSettings(publisher())
            .recorderSettings(recorder())
            .subscriberSettings(hearing(random.nextInt(8) == 0));
    isForgetful = random.nextInt(10) == 0;
    if (isForgetful) {
      group.storeBytes(1 << 12);
    }
    isPublisherForgetful = random.nextInt(8) == 0;
    group.durablePublisher(!isPublisherForgetful);
    double share = isPublisherForgetful ? 0 : random.nextInt(4) * 0.08;
    if (random.nextBoolean()) {
      group.loss(share);
    } else {
      group.burstLoss(share, 1 + random.nextInt(10));
    }
  }

  public static Fate of(long seed) {
    return new Fate(seed);
  }

  public Fate trace(Consumer<String> lines) {
    group.trace(lines);
    return this;
  }

  private PublisherSettings publisher() {
    int acks = random.nextInt(recorders + 1);
    return PublisherSettings.DEFAULT
        .withPacketBytes(100 + random.nextInt(200))
        .withBacklogPackets(2 + random.nextInt(30))
        .withResumeNanos(200_000_000)
        .withAcks(acks, 1 + random.nextInt(60))
        .withAnswers(limits());
  }

  private AnswerLimits limits() {
    return random.nextBoolean()
        ? AnswerLimits.DEFAULT
        : new AnswerLimits(200_000, 2_000, 1 + random.nextInt(8), 16, 500_000);
  }

  private RecorderSettings recorder() {
    RecorderSettings defaults = RecorderSettings.DEFAULT;
    return new RecorderSettings(300, 2, true, defaults.acknowledgeNanos(), hearing(true), limits());
  }

  private SubscriberSettings hearing(boolean asksPublisherFirst) {
    return new SubscriberSettings(
        64 << random.nextInt(4),
        1 << 18,
        1 + random.nextInt(16),
        4 + random.nextInt(60),
        random.nextInt(5),
        120_000_000_000L,
        asksPublisherFirst);
  }

  /** Goes through it; fails if a promise is broken. */
  public void run() {
    try (group) {
      group.start();
      for (int i = 1 + random.nextInt(MAX_STEPS); i > 0; i--) {
        step();
        group.run(Duration.ofNanos(random.nextLong(random.nextBoolean() ? 300_000 : 60_000_000)));
      }
      recover();
      group.publish(1 + random.nextInt(5));
      if (random.nextInt(4) == 0) {
        group.end();
        hasEnded = true;
        // The end is told for three seconds: who hears nothing for so long cannot know of it.
        group.run(Duration.ofMillis(2500));
        group.calm();
      }
      group.runUntilIdle();
      checkQuiet();
      check();
    }
  }

  private void step() {
    switch (random.nextInt(9)) {
      case 0, 1, 2, 3 -> group.publish(1 + random.nextInt(60));
      case 4 -> crashOrRestartRecorder();
      case 5 -> crashOrRestartSubscriber();
      case 6 -> cutOffOrJoin();
      case 7 -> pauseOrResume();
      case 8 -> rarely();
    }
  }

  /**
   * Numbers that are used a second time are noticed by those who hear that; others cannot know. So
   * when the publisher forgets, the others are all there and hear everything.
   */
  private boolean isSpared() {
    return isPublisherForgetful;
  }

  private void rarely() {
    switch (random.nextInt(4)) {
      case 0 -> crashAndRestartPublisher();
      case 1 -> group.addSubscriber(new Start.Live(Optional.of(group.session)));
      case 2 -> group.addSubscriber(new Start.At(Optional.of(group.session), 1));
      case 3 -> {
        if (recorders > 0 && !isSpared()) {
          anyRecorder().failStore(1 + random.nextInt(2));
        }
      }
    }
  }

  private SimulatedRecorder anyRecorder() {
    return group.recorder(random.nextInt(recorders));
  }

  private SimulatedSubscriber anySubscriber() {
    return group.subscriber(random.nextInt(group.subscribers().size()));
  }

  private void crashOrRestartRecorder() {
    if (isSpared()) {
      return;
    }
    if (recorders > 0) {
      SimulatedRecorder recorder = anyRecorder();
      if (recorder.isUp()) {
        recorder.crash();
      } else {
        group.run(RESTART);
        recorder.restart();
      }
    }
  }

  private void crashOrRestartSubscriber() {
    if (isSpared()) {
      return;
    }
    SimulatedSubscriber subscriber = anySubscriber();
    if (subscriber.isUp()) {
      subscriber.crash();
    } else {
      group.run(RESTART);
      subscriber.restart();
    }
  }

  private void crashAndRestartPublisher() {
    group.publisher().crash();
    group.run(Duration.ofMillis(300 + random.nextInt(3000)));
    group.publisher().restart();
    group.run(Duration.ofMillis(300));
  }

  private void cutOffOrJoin() {
    if (isSpared()) {
      return;
    }
    SimulatedNode node = recorders > 0 && random.nextBoolean() ? anyRecorder() : anySubscriber();
    group.cutOff(node.name, !node.isCutOff);
  }

  private void pauseOrResume() {
    SimulatedSubscriber subscriber = anySubscriber();
    if (random.nextBoolean()) {
      subscriber.pause();
    } else {
      subscriber.resume();
    }
  }

  /** A process does not come back before all is gone that was sent to it. */
  private static final Duration RESTART = Duration.ofMillis(100);

  private void recover() {
    group.run(RESTART);
    for (SimulatedRecorder recorder : group.recorders()) {
      recover(recorder);
      if (!recorder.isUp()) {
        recorder.restart();
      }
    }
    for (SimulatedSubscriber subscriber : group.subscribers()) {
      recover(subscriber);
      subscriber.resume();
      if (!subscriber.isUp()) {
        subscriber.restart();
      }
    }
  }

  private void recover(SimulatedNode node) {
    if (node.isCutOff) {
      group.cutOff(node.name, false);
    }
  }

  private void check() {
    long next = group.publisher().next();
    for (SimulatedSubscriber subscriber : group.subscribers()) {
      group.require(
          isPublisherForgetful || !subscriber.wentBack(), "%s saw numbers go back", subscriber);
      group.require(
          subscriber.next() == next || subscriber.wentBack(),
          "%s is at #%d of %d",
          subscriber,
          subscriber.next(),
          next);
      group.require(subscriber.windowBytes() < MAX_WINDOW_BYTES, "%s is bloated", subscriber);
      group.require(
          isForgetful || isPublisherForgetful || subscriber.lost().isEmpty(),
          "%s lost %s though all is kept",
          subscriber,
          subscriber.lost());
    }
    for (SimulatedRecorder recorder : group.recorders()) {
      group.require(recorder.next() == next, "%s is at #%d of %d", recorder, recorder.next(), next);
    }
    long acknowledged = group.publisher().acknowledged();
    group.require(
        !hasEnded
            || isPublisherForgetful
            || group.publisherSettings.acks() == 0
            || acknowledged == next,
        "acknowledged #%d of %d",
        acknowledged,
        next);
  }

  /** After the last repair nobody is answered any more, and hardly anybody asks. */
  private void checkQuiet() {
    group.run(Duration.ofSeconds(hasEnded ? 15 : 1));
    long asked = asked();
    long answered = answered();
    group.run(Duration.ofSeconds(10));
    group.require(answered() == answered, "%d answers to nothing missing", answered() - answered);
    // Who does not hear heartbeats, because they are lost, asks whether it missed something.
    int listeners = group.subscribers().size() + recorders;
    group.require(asked() - asked <= 8L * listeners, "%d requests", asked() - asked);
    if (hasEnded) {
      for (SimulatedSubscriber subscriber : group.subscribers()) {
        group.require(
            subscriber.hasEnded() || subscriber.wentBack(), "%s did not see the end", subscriber);
      }
    }
  }

  private long asked() {
    long asked = group.publisher().requests();
    for (SimulatedRecorder recorder : group.recorders()) {
      asked += recorder.requests();
    }
    return asked;
  }

  private long answered() {
    long answered = group.publisher().answers();
    for (SimulatedRecorder recorder : group.recorders()) {
      answered += recorder.answers();
    }
    return answered;
  }
}
