package dev.twincast.feed.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A message in a segment: check (4) · length of the data (4) · number (8) · data. {@code
 * docs/journal.md}, "Record".
 *
 * <p>The check is CRC-32C over all that follows it, exclusive-or the segment's salt: so a record
 * that another segment left at this place of the disk, right in itself, is not taken for one of
 * this. No I/O, no allocation; one for each thread, since it keeps a checksum's state.
 */
final class Records {
  static final int HEADER_BYTES = 16;

  /** The longest message in bytes: MoldUDP64 counts a message block's length in two bytes. */
  static final int MAX_MESSAGE_BYTES = 65_535;

  private static final int LENGTH = 4;
  private static final int NUMBER = 8;

  private final CRC32C crc = new CRC32C();

  /** Bytes that a message takes in a segment. */
  static int bytes(int messageBytes) {
    return HEADER_BYTES + messageBytes;
  }

  /** Puts a record, for which there must be room; the message's position stays as it is. */
  void put(ByteBuffer out, int salt, long number, ByteBuffer message) {
    int start = out.position();
    int length = message.remaining();
    out.putInt(start + LENGTH, length);
    out.putLong(start + NUMBER, number);
    out.put(start + HEADER_BYTES, message, message.position(), length);
    out.putInt(start, check(out, start, length) ^ salt);
    out.position(start + bytes(length));
  }

  /** The length of the data that a header names, which may be nonsense. */
  static int length(ByteBuffer in, int start) {
    return in.getInt(start + LENGTH);
  }

  /** The number that a header names, which may be nonsense. */
  static long number(ByteBuffer in, int start) {
    return in.getLong(start + NUMBER);
  }

  /** Whether all of a valid record of this number lies there, before the buffer's limit. */
  boolean isValid(ByteBuffer in, int start, int salt, long number) {
    if (in.limit() - start < HEADER_BYTES || number(in, start) != number) {
      return false;
    }
    int length = length(in, start);
    return length >= 0
        && length <= in.limit() - start - HEADER_BYTES
        && in.getInt(start) == (check(in, start, length) ^ salt);
  }

  private int check(ByteBuffer buffer, int start, int length) {
    int position = buffer.position();
    int limit = buffer.limit();
    crc.reset();
    crc.update(buffer.limit(start + HEADER_BYTES + length).position(start + LENGTH));
    buffer.limit(limit).position(position);
    return (int) crc.getValue();
  }
}
