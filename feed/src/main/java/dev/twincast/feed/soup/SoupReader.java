package dev.twincast.feed.soup;

import dev.twincast.feed.mold.Downstream;
import dev.twincast.feed.mold.Session;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Cuts a stream of bytes, arriving in whatever pieces, into packets: put bytes into {@link #space},
 * then {@code while (next())}. Made once for a connection; allocates nothing per packet; not
 * thread-safe.
 *
 * <p>It holds no more than it is given memory for, whatever a peer says about lengths.
 */
public final class SoupReader {
  /** Length of the longest packet: of a length field with all bits set. */
  public static final int MAX_PACKET_BYTES = SoupWriter.LENGTH_BYTES + 0xFFFF;

  private final ByteBuffer bytes;
  private final ByteBuffer payload;

  // What has arrived and was not read lies from `start` to `end`.
  private int start;
  private int packetAt;
  private int end;
  private SoupType type = SoupType.UNKNOWN;
  private boolean broken;

  /**
   * @param memory where what arrives is held; a packet that is longer makes the stream broken
   */
  public SoupReader(ByteBuffer memory) {
    bytes = memory.duplicate();
    payload = memory.asReadOnlyBuffer();
  }

  /**
   * Where arriving bytes are to be put, from its position to its limit: it has room, unless a whole
   * packet waits to be read. Ends what {@link #payload} showed. Call {@link #arrived} after it, and
   * nothing in between.
   */
  public ByteBuffer space() {
    if (start == end) {
      start = 0;
      end = 0;
    } else if (start > 0 && bytes.capacity() - end < bytes.capacity() / 2) {
      bytes.put(0, bytes, start, end - start);
      end -= start;
      start = 0;
    }
    return bytes.clear().position(end);
  }

  /** Says that bytes were put into {@link #space}: up to its position. */
  public void arrived() {
    end = bytes.position();
  }

  /** How many messages come next: packets that are {@link SoupType#SEQUENCED}, and whole. */
  public int sequenced() {
    int messages = 0;
    int at = start;
    while (end - at > SoupWriter.LENGTH_BYTES
        && bytes.get(at + SoupWriter.LENGTH_BYTES) == SoupType.SEQUENCED.code) {
      int length = bytes.getShort(at) & 0xFFFF;
      at += SoupWriter.LENGTH_BYTES + length;
      if (length == 0 || at > end) {
        break;
      }
      messages++;
    }
    return messages;
  }

  /** Goes to the next packet; false: it is not whole yet, or the stream is broken. */
  public boolean next() {
    if (broken || end - start < SoupWriter.LENGTH_BYTES) {
      return false;
    }
    int length = bytes.getShort(start) & 0xFFFF;
    if (length == 0 || SoupWriter.LENGTH_BYTES + length > bytes.capacity()) {
      broken = true;
      return false;
    }
    int from = start + SoupWriter.LENGTH_BYTES;
    if (end - from < length) {
      return false;
    }
    type = SoupType.of(bytes.get(from));
    packetAt = start;
    start = from + length;
    payload.clear().limit(start).position(from + 1);
    return true;
  }

  /** Goes back before the packet that {@link #next} went to: it is kept, and read again. */
  public void again() {
    start = packetAt;
  }

  /**
   * Whether the stream cannot be read any further: a packet has length 0, so no type, or is longer
   * than this reader holds. The connection is of no more use.
   */
  public boolean isBroken() {
    return broken;
  }

  /** What the packet that {@link #next} went to is. */
  public SoupType type() {
    return type;
  }

  /**
   * That packet's payload: the reader's own view, read-only, good until {@link #next} or {@link
   * #space}.
   */
  public ByteBuffer payload() {
    return payload;
  }

  /** The payload of a {@link SoupType#LOGIN_REQUEST}; empty: it is none. */
  public Optional<LoginRequest> loginRequest() {
    return LoginRequest.read(payload);
  }

  /** The payload of a {@link SoupType#LOGIN_ACCEPTED}; empty: it is none. */
  public Optional<LoginAccepted> loginAccepted() {
    return LoginAccepted.read(payload);
  }

  /** The payload of a {@link SoupType#LOGIN_REJECTED}; empty: it is none. */
  public Optional<RejectReason> rejectReason() {
    return payload.remaining() == 1
        ? RejectReason.of(payload.get(payload.position()))
        : Optional.empty();
  }

  /** Reads digits, padded left with spaces; -1: it is no number of a message, nor 0. */
  static long readNumber(ByteBuffer in, int index) {
    int i = index;
    int to = index + SoupWriter.NUMBER_BYTES;
    while (i < to && in.get(i) == ' ') {
      i++;
    }
    if (i == to) {
      return -1;
    }
    long number = 0;
    for (; i < to; i++) {
      int digit = in.get(i) - '0';
      if (digit < 0 || digit > 9 || number > (Long.MAX_VALUE - digit) / 10) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number > Downstream.MAX_NUMBER ? -1 : number;
  }

  /** Whether ten bytes are blank; else they are a session, or nonsense. */
  static boolean isBlank(ByteBuffer in, int index) {
    for (int i = index; i < index + Session.BYTES; i++) {
      if (in.get(i) != ' ') {
        return false;
      }
    }
    return true;
  }
}
