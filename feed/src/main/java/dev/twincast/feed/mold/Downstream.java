package dev.twincast.feed.mold;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads downstream packets, one after the other, in place: {@code broken = read(packet)}, then
 * {@code while (next())}. Made once and used again and again; allocates nothing; not thread-safe.
 */
public final class Downstream {
  /** Length of the header. */
  public static final int HEADER_BYTES = 20;

  /** Length of what stands before each message. */
  public static final int LENGTH_BYTES = 2;

  /** The most messages that a packet holds. */
  public static final int MAX_COUNT = 0xFFFE;

  static final int HEARTBEAT = 0;
  static final int END_OF_SESSION = 0xFFFF;
  static final int NUMBER_AT = 10;
  static final int COUNT_AT = 18;

  /** The largest number that a packet may begin with: whatever it holds, a long can count it. */
  public static final long MAX_NUMBER = Long.MAX_VALUE - 0x10000;

  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private ByteBuffer packet = NONE;
  private int start;
  private int end;
  private long number;
  private int count;

  private int read;
  private int offset;
  private int length;

  /**
   * Begins to read what remains in the buffer, which stays as it is and must not change meanwhile.
   *
   * @return why it is no downstream packet; null: it is one
   */
  public @Nullable Broken read(ByteBuffer packet) {
    this.packet = packet;
    start = packet.position();
    end = packet.limit();
    Broken broken = broken();
    if (broken != null) {
      end = start;
      count = HEARTBEAT;
    }
    rewind();
    return broken;
  }

  private @Nullable Broken broken() {
    if (end - start < HEADER_BYTES) {
      return Broken.TOO_SHORT;
    }
    if (!hasSession()) {
      return Broken.NO_SESSION;
    }
    number = BigEndian.longAt(packet, start + NUMBER_AT);
    if (number < 1 || number > MAX_NUMBER) {
      return Broken.NO_NUMBER;
    }
    count = BigEndian.shortAt(packet, start + COUNT_AT);
    return brokenBlocks();
  }

  private boolean hasSession() {
    boolean blank = true;
    for (int i = start; i < start + Session.BYTES; i++) {
      byte c = packet.get(i);
      if (c < ' ' || c > '~') {
        return false;
      }
      blank &= c == ' ';
    }
    return !blank;
  }

  private @Nullable Broken brokenBlocks() {
    int at = start + HEADER_BYTES;
    for (int i = 0; i < messages(); i++) {
      if (end - at < LENGTH_BYTES) {
        return Broken.CUT_OFF;
      }
      int next = at + LENGTH_BYTES + BigEndian.shortAt(packet, at);
      if (next > end) {
        return Broken.CUT_OFF;
      }
      at = next;
    }
    return at == end ? null : Broken.TOO_LONG;
  }

  /** The session's name, as a new value. */
  public Optional<Session> session() {
    return Session.read(packet, start);
  }

  /** Whether the packet is of this session. */
  public boolean isOf(Session session) {
    return session.isAt(packet, start);
  }

  /** The number of the first message; of a heartbeat or an end of session: of the next to come. */
  public long number() {
    return number;
  }

  /** The number behind the last message: that of the next to come, as far as the packet knows. */
  public long nextNumber() {
    return number + messages();
  }

  /** How many messages there are in it. */
  public int messages() {
    return count == END_OF_SESSION ? 0 : count;
  }

  public boolean isHeartbeat() {
    return count == HEARTBEAT;
  }

  public boolean isEndOfSession() {
    return count == END_OF_SESSION;
  }

  /** Goes to the next message; false: that was the last. */
  public boolean next() {
    if (read == messages()) {
      return false;
    }
    int at = offset + length;
    length = BigEndian.shortAt(packet, at);
    offset = at + LENGTH_BYTES;
    read++;
    return true;
  }

  /** Goes back before the first message. */
  public void rewind() {
    read = 0;
    offset = start + HEADER_BYTES;
    length = 0;
  }

  /** Where the message that {@link #next} went to begins, as an index of the buffer. */
  public int offset() {
    return offset;
  }

  /** The length of that message in bytes, 0 to 65,535. */
  public int length() {
    return length;
  }
}
