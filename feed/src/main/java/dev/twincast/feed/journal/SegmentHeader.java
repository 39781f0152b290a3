package dev.twincast.feed.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The first {@value #BYTES} bytes of a segment: {@code docs/journal.md}, "Segment". Pure.
 *
 * @param name whose it is, and its first message
 * @param createdMillis when, in milliseconds since 1970
 * @param salt any number, another for each segment: see {@link Records}
 * @param startsAnew what was kept of the session before this segment is forgotten
 */
record SegmentHeader(SegmentName name, long createdMillis, int salt, boolean startsAnew) {
  static final int BYTES = 64;

  private static final long MAGIC = 0x5457_4a4f_5552_4e31L; // TWJOURN1
  private static final int SESSION = 8;
  private static final int SESSION_BYTES = 10;
  private static final int FLAGS = 18;
  private static final int SALT = 20;
  private static final int FIRST = 24;
  private static final int CREATED = 32;
  private static final int CHECK = 60;

  /** The header's bytes, ready to be written. */
  ByteBuffer encode() {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    out.putLong(0, MAGIC);
    out.put(SESSION, name.session().getBytes(StandardCharsets.US_ASCII));
    out.putShort(FLAGS, (short) (startsAnew ? 1 : 0));
    out.putInt(SALT, salt);
    out.putLong(FIRST, name.first());
    out.putLong(CREATED, createdMillis);
    out.putInt(CHECK, check(out));
    return out;
  }

  /** What the first bytes of the file of this name say; nothing if they are not those of it. */
  static Optional<SegmentHeader> decode(SegmentName name, ByteBuffer in) {
    if (in.remaining() < BYTES) {
      return Optional.empty();
    }
    ByteBuffer bytes = in.slice(in.position(), BYTES);
    byte[] session = new byte[SESSION_BYTES];
    bytes.get(SESSION, session);
    byte[] expected =
        Arrays.copyOf(name.session().getBytes(StandardCharsets.US_ASCII), SESSION_BYTES);
    if (bytes.getLong(0) != MAGIC
        || bytes.getInt(CHECK) != check(bytes)
        || !Arrays.equals(session, expected)
        || bytes.getLong(FIRST) != name.first()) {
      return Optional.empty();
    }
    boolean startsAnew = (bytes.getShort(FLAGS) & 1) != 0;
    return Optional.of(
        new SegmentHeader(name, bytes.getLong(CREATED), bytes.getInt(SALT), startsAnew));
  }

  private static int check(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes.slice(0, CHECK));
    return (int) crc.getValue();
  }
}
