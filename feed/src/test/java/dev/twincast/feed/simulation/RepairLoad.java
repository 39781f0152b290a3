package dev.twincast.feed.simulation;

import dev.twincast.feed.machine.PublisherSettings;
import java.time.Duration;

/**
 * How much repair a publisher has to do as subscribers grow, with recorders beside them and
 * without: each party loses 1 % of the packets, each by itself. From the folder of the project:
 *
 * <pre>
 *   ./mvnw -pl feed -am verify -Dtest=RepairLoadTest -Dtwincast.curve=10000 \
 *       -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 *
 * @param requests request packets that the publisher got
 * @param answers packets that it answered with
 * @param packets packets that it sent to the group
 * @param recorderAnswers packets that all recorders answered with
 */
record RepairLoad(
    int subscribers,
    int recorders,
    long requests,
    long answers,
    long packets,
    long recorderAnswers) {
  private static final int MESSAGES = 2_000;
  private static final double LOSS = 0.01;

  /** Publishes 2,000 messages, a few in each packet, within two seconds, to all. */
  static RepairLoad measure(int subscribers, int recorders) {
    try (var group =
        SimulatedGroup.of(subscribers)
            .recorders(recorders)
            .loss(LOSS)
            .seed(1)
            .publisherSettings(PublisherSettings.DEFAULT.withPacketBytes(100))) {
      group.run(Duration.ofMillis(10));
      for (int i = 0; i < MESSAGES; i += 10) {
        group.publish(10);
        group.run(Duration.ofMillis(10));
      }
      group.runUntilIdle();
      long recorderAnswers = group.recorders().stream().mapToLong(SimulatedRecorder::answers).sum();
      for (SimulatedSubscriber subscriber : group.subscribers()) {
        group.require(
            subscriber.received() == MESSAGES, "%s has %d", subscriber, subscriber.received());
      }
      return new RepairLoad(
          subscribers,
          recorders,
          group.publisher().requests(),
          group.publisher().answers(),
          group.multicasts(),
          recorderAnswers);
    }
  }

  String row() {
    return "| %,6d | %d | %,6d | %,6d | %,6d | %,6d |"
        .formatted(subscribers, recorders, packets, requests, answers, recorderAnswers);
  }

  static String head() {
    return """
    | subscribers | recorders | packets to the group | requests at the publisher | answers of the publisher | answers of the recorders |
    |---|---|---|---|---|---|\
    """;
  }
}
