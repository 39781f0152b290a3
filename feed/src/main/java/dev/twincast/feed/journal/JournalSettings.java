package dev.twincast.feed.journal;

import java.time.Duration;

/**
 * How a journal keeps, and how much.
 *
 * @param fsync when it forces; by default always
 * @param segmentBytes at which length a segment is full; 4 KiB to 1 GiB, by default 64 MiB. A
 *     longer record has a segment of its own
 * @param retainedBytes of all sessions together; above it the oldest segments are deleted. The last
 *     segment of each session stays, so it may be exceeded by these. By default no limit
 * @param retainedAge segments whose messages are all older are deleted; by default none
 */
public record JournalSettings(
    Fsync fsync, int segmentBytes, long retainedBytes, Duration retainedAge) {
  private static final int MIN_SEGMENT_BYTES = 4 * 1024;
  private static final int MAX_SEGMENT_BYTES = 1 << 30;

  /** As long as a duration in milliseconds can be. */
  private static final Duration FOREVER = Duration.ofMillis(Long.MAX_VALUE);

  /** What is said above to be by default. */
  public static final JournalSettings DEFAULTS =
      new JournalSettings(Fsync.always(), 64 << 20, Long.MAX_VALUE, FOREVER);

  public JournalSettings {
    if (segmentBytes < MIN_SEGMENT_BYTES || segmentBytes > MAX_SEGMENT_BYTES) {
      throw new IllegalArgumentException(
          "a segment of " + segmentBytes + " bytes is outside 4 KiB to 1 GiB");
    }
    if (retainedBytes < 0 || retainedAge.isNegative()) {
      throw new IllegalArgumentException("a journal cannot retain less than nothing");
    }
    if (retainedAge.compareTo(FOREVER) > 0) {
      retainedAge = FOREVER;
    }
  }

  public JournalSettings withFsync(Fsync policy) {
    return new JournalSettings(policy, segmentBytes, retainedBytes, retainedAge);
  }

  public JournalSettings withSegmentBytes(int bytes) {
    return new JournalSettings(fsync, bytes, retainedBytes, retainedAge);
  }

  public JournalSettings withRetainedBytes(long bytes) {
    return new JournalSettings(fsync, segmentBytes, bytes, retainedAge);
  }

  public JournalSettings withRetainedAge(Duration age) {
    return new JournalSettings(fsync, segmentBytes, retainedBytes, age);
  }
}
