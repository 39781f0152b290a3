package dev.twincast.anycast.message;

/**
 * What one conversation may cost.
 *
 * @param maxFrameBytes the longest payload of a request
 * @param maxBytesInFlight when requests not answered and replies not taken reach so many bytes, no
 *     more is read; each request counts {@link #REQUEST_OVERHEAD_BYTES} more than its payload
 * @param idleNanos a connection on which nothing has moved for so long is cut, unless the service
 *     owes it a reply
 * @param slowNanos a frame must arrive, and replies be taken, whole or by {@link #SLOW_BYTES}, in
 *     each such time
 * @param leaveNanos a client that was told to leave and has been silent for so long is closed
 */
public record Limits(
    int maxFrameBytes, int maxBytesInFlight, long idleNanos, long slowNanos, long leaveNanos) {

  /** So that many empty messages cost something too. */
  public static final int REQUEST_OVERHEAD_BYTES = 64;

  /** Progress that is good enough for one period of {@link #slowNanos}. */
  public static final int SLOW_BYTES = 16_384;
}
