package dev.twincast.feed.machine;

import java.util.function.Consumer;

/**
 * How a publisher publishes.
 *
 * @param packetBytes the longest packet, so that it fits the network's MTU: 1,472 for IPv4 over
 *     Ethernet, 1,452 for IPv6
 * @param backlogPackets how many packets may wait to be sent; then {@code publish} says so
 * @param maxBytesPerSecond a bound on the rate, whatever the group could take
 * @param acks how many recorders make a message acknowledged; 0: none is needed
 * @param windowMessages how far sending may be ahead of the acknowledgements
 * @param resumeNanos how long to listen at first for recorders that know more of the session; 0:
 *     not at all
 * @param lingerNanos how long the end of the session is told, after it and after each request
 * @param receivers how many receivers are awaited: when so many have everything, the linger is
 *     over; 0: not known
 * @param answers limits for who asks for messages again
 */
public record PublisherSettings(
    int packetBytes,
    int backlogPackets,
    long maxBytesPerSecond,
    int acks,
    long windowMessages,
    long resumeNanos,
    long lingerNanos,
    int receivers,
    AnswerLimits answers) {

  /** The most receivers that are awaited: each that has everything takes some memory. */
  public static final int MAX_RECEIVERS = 1 << 16;

  /**
   * 1,472 bytes, 1,024 packets, 1.25 GB/s, no acks, a window of 65,536 messages, no listening at
   * first, 3 s, receivers not known.
   */
  public static final PublisherSettings DEFAULT =
      new PublisherSettings(
          1472, 1024, 1_250_000_000, 0, 1 << 16, 0, 3_000_000_000L, 0, AnswerLimits.DEFAULT);

  private static final long MAX_LINGERS = 10;

  public PublisherSettings {
    if (packetBytes < 100 || packetBytes > 65_507) {
      throw new IllegalArgumentException("a packet of " + packetBytes + " bytes: 100 to 65507");
    }
    if (backlogPackets < 2 || maxBytesPerSecond < 1 || acks < 0 || windowMessages < 1) {
      throw new IllegalArgumentException(
          "backlog (at least 2), rate, acks and window must be positive");
    }
    if (resumeNanos < 0 || lingerNanos < 0 || lingerNanos > Long.MAX_VALUE / MAX_LINGERS) {
      throw new IllegalArgumentException("a time is negative, or endless");
    }
    if (receivers < 0 || receivers > MAX_RECEIVERS) {
      throw new IllegalArgumentException(receivers + " receivers: 0 to " + MAX_RECEIVERS);
    }
  }

  /** How long the end is told in all, however often somebody asks. */
  public long maxLingerNanos() {
    return MAX_LINGERS * lingerNanos;
  }

  public PublisherSettings withPacketBytes(int packetBytes) {
    return with(it -> it.packetBytes = packetBytes);
  }

  public PublisherSettings withBacklogPackets(int backlogPackets) {
    return with(it -> it.backlogPackets = backlogPackets);
  }

  public PublisherSettings withMaxBytesPerSecond(long maxBytesPerSecond) {
    return with(it -> it.maxBytesPerSecond = maxBytesPerSecond);
  }

  public PublisherSettings withAcks(int acks, long windowMessages) {
    return with(it -> {
      it.acks = acks;
      it.windowMessages = windowMessages;
    });
  }

  public PublisherSettings withResumeNanos(long resumeNanos) {
    return with(it -> it.resumeNanos = resumeNanos);
  }

  public PublisherSettings withLingerNanos(long lingerNanos) {
    return with(it -> it.lingerNanos = lingerNanos);
  }

  public PublisherSettings withReceivers(int receivers) {
    return with(it -> it.receivers = receivers);
  }

  public PublisherSettings withAnswers(AnswerLimits answers) {
    return with(it -> it.answers = answers);
  }

  private PublisherSettings with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.settings();
  }

  /** The same, to be changed. */
  private static final class Draft {
    int packetBytes;
    int backlogPackets;
    long maxBytesPerSecond;
    int acks;
    long windowMessages;
    long resumeNanos;
    long lingerNanos;
    int receivers;
    AnswerLimits answers;

    Draft(PublisherSettings from) {
      packetBytes = from.packetBytes;
      backlogPackets = from.backlogPackets;
      maxBytesPerSecond = from.maxBytesPerSecond;
      acks = from.acks;
      windowMessages = from.windowMessages;
      resumeNanos = from.resumeNanos;
      lingerNanos = from.lingerNanos;
      receivers = from.receivers;
      answers = from.answers;
    }

    PublisherSettings settings() {
      return new PublisherSettings(
          packetBytes,
          backlogPackets,
          maxBytesPerSecond,
          acks,
          windowMessages,
          resumeNanos,
          lingerNanos,
          receivers,
          answers);
    }
  }
}
