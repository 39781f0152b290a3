package dev.twincast.multicast.measure;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The first 12 bytes of a numbered datagram, as iperf 2 writes them ({@code struct UDP_datagram} in
 * its payloads.h): number, seconds, microseconds, each a 32-bit big-endian integer.
 *
 * @param number counts up from 0, and wraps after 2,147,483,647
 * @param sentMicros when it was sent, in microseconds since 1970 by the sender's clock
 * @param isLast true at the end of a stream: on the wire the number is negative then, and is
 *     repeated a few times in case one is lost
 */
public record NumberedHeader(int number, long sentMicros, boolean isLast) {
  /** Number, seconds, microseconds. */
  public static final int BYTES = 12;

  /**
   * The shortest datagram that iperf 2 takes: behind the 12 bytes it looks for the upper half of
   * the number and for its own settings, which must be zero.
   */
  public static final int MIN_DATAGRAM_BYTES = 64;

  private static final long MICROS = 1_000_000;

  public NumberedHeader {
    if (number < 0) {
      throw new IllegalArgumentException("number " + number + " is negative");
    }
    if (sentMicros < 0) {
      throw new IllegalArgumentException("time " + sentMicros + " is before 1970");
    }
  }

  /** Writes the header at the buffer's position, which moves behind it. */
  public void writeTo(ByteBuffer datagram) {
    datagram
        .order(ByteOrder.BIG_ENDIAN)
        .putInt(isLast ? -number : number)
        .putInt((int) (sentMicros / MICROS))
        .putInt((int) (sentMicros % MICROS));
  }

  /** Reads the header of a datagram, which stays as it is; empty if that is too short for one. */
  public static Optional<NumberedHeader> read(ByteBuffer datagram) {
    if (datagram.remaining() < BYTES) {
      return Optional.empty();
    }
    ByteBuffer in = datagram.duplicate().order(ByteOrder.BIG_ENDIAN);
    int number = in.getInt();
    long seconds = Integer.toUnsignedLong(in.getInt());
    long micros = Integer.toUnsignedLong(in.getInt());
    if (number == Integer.MIN_VALUE) {
      return Optional.empty();
    }
    return Optional.of(new NumberedHeader(Math.abs(number), seconds * MICROS + micros, number < 0));
  }
}
