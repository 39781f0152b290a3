package dev.twincast.feed.machine;

/**
 * How a recorder records.
 *
 * @param packetBytes the longest packet that it answers with
 * @param maxSessions how many sessions are recorded at a time; one more takes the place of one that
 *     was silent for a minute, or is refused
 * @param recordsFromStart whether of a session first heard in the middle all is wanted, from number
 *     1; else what comes from now on
 * @param acknowledgeNanos how much time there is at least between two acknowledgements
 * @param hearing how sessions are heard
 * @param answers limits for who asks
 */
public record RecorderSettings(
    int packetBytes,
    int maxSessions,
    boolean recordsFromStart,
    long acknowledgeNanos,
    SubscriberSettings hearing,
    AnswerLimits answers) {

  /** 1,472 bytes, 64 sessions, from the start, 1 ms, publisher first. */
  public static final RecorderSettings DEFAULT =
      new RecorderSettings(
          1472,
          64,
          true,
          1_000_000,
          SubscriberSettings.DEFAULT.asksPublisherFirst(true),
          AnswerLimits.DEFAULT);

  public RecorderSettings {
    if (packetBytes < 100 || packetBytes > 65_507) {
      throw new IllegalArgumentException("a packet of " + packetBytes + " bytes: 100 to 65507");
    }
    if (maxSessions < 1 || acknowledgeNanos < 0) {
      throw new IllegalArgumentException("limits of a recorder must be positive");
    }
  }
}
