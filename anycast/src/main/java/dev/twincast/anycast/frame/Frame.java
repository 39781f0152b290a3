package dev.twincast.anycast.frame;

import java.nio.ByteBuffer;

/**
 * A frame of the message service, as both sides write it: a length of 4 bytes, big-endian, and so
 * many bytes of payload. A negative length is a word of its own, without payload.
 */
public final class Frame {

  /** The length field. */
  public static final int HEADER_BYTES = 4;

  /** From the server: it answers what it has read, and closes. Use another replica from now on. */
  public static final int GOING_AWAY = -1;

  /** Answered by {@link #PONG}, in order with the replies owed. */
  public static final int PING = -2;

  /** The answer to {@link #PING}. */
  public static final int PONG = -3;

  /** Payloads are no longer than this, unless both sides agree on another limit: 1 MiB. */
  public static final int DEFAULT_MAX_BYTES = 1 << 20;

  private Frame() {}

  /** Whether a length from the wire is a payload's, within the limit, or one of the three words. */
  public static boolean isLegal(int length, int maxBytes) {
    return length >= PONG && length <= maxBytes;
  }

  /** Puts header and payload; there is room for both. */
  public static void put(ByteBuffer out, ByteBuffer payload) {
    out.putInt(payload.remaining()).put(payload);
  }
}
