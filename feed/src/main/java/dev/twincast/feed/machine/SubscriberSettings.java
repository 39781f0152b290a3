package dev.twincast.feed.machine;

/**
 * How a subscriber hears and repairs.
 *
 * @param windowMessages how many messages are held that cannot be delivered yet, or were not
 *     fetched by the caller; a power of two
 * @param windowBytes how many bytes of them; a power of two, at least 256 KiB. No more memory is
 *     taken than is needed
 * @param maxGaps how many gaps are repaired at a time
 * @param replayMessages more missing than this are not asked for by datagrams but replayed, unless
 *     nobody replays
 * @param mergeMessages gaps with no more than so many between them are asked for together, if they
 *     are short
 * @param giveUpNanos how long the same messages are asked for before they are lost
 * @param asksPublisherFirst whether the publisher is asked before recorders: for recorders
 *     themselves, which are few
 */
public record SubscriberSettings(
    int windowMessages,
    int windowBytes,
    int maxGaps,
    int replayMessages,
    int mergeMessages,
    long giveUpNanos,
    boolean asksPublisherFirst) {

  /** 262,144 messages, 16 MiB, 4,096 gaps, 16,384 messages, 4 messages, 60 s, recorders first. */
  public static final SubscriberSettings DEFAULT =
      new SubscriberSettings(1 << 18, 1 << 24, 4096, 1 << 14, 4, 60_000_000_000L, false);

  public SubscriberSettings {
    if (maxGaps < 1 || replayMessages < 1 || mergeMessages < 0 || giveUpNanos < 1) {
      throw new IllegalArgumentException("limits of a subscriber must be positive");
    }
  }

  /** The same, but asks the publisher first. */
  public SubscriberSettings asksPublisherFirst(boolean asksPublisherFirst) {
    return new SubscriberSettings(
        windowMessages,
        windowBytes,
        maxGaps,
        replayMessages,
        mergeMessages,
        giveUpNanos,
        asksPublisherFirst);
  }
}
