package dev.twincast.feed.soup;

import dev.twincast.feed.mold.Session;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes packets at a buffer's position, which moves behind them. The buffer must have room: {@link
 * #bytes} and the constants say how much.
 */
public final class SoupWriter {
  static final int LENGTH_BYTES = 2;
  static final int NUMBER_BYTES = 20;

  /** What a packet has besides its payload: length and type. */
  public static final int HEADER_BYTES = LENGTH_BYTES + 1;

  /** The longest payload: the length field, 16 bits, counts the type as well. */
  public static final int MAX_PAYLOAD_BYTES = 0xFFFF - 1;

  /** Length of a login request, the longest packet without a message. */
  public static final int MAX_CONTROL_BYTES = HEADER_BYTES + LoginRequest.BYTES;

  private SoupWriter() {}

  /** How much room a packet with such a payload needs. */
  public static int bytes(int payloadBytes) {
    return HEADER_BYTES + payloadBytes;
  }

  /** Writes a packet without a payload. */
  public static void write(ByteBuffer out, SoupType type) {
    header(out, type, 0);
  }

  /** Writes a message, what remains in it, which stays as it is. */
  public static void write(ByteBuffer out, SoupType type, ByteBuffer message) {
    int length = message.remaining();
    header(out, type, length);
    out.put(out.position(), message, message.position(), length);
    out.position(out.position() + length);
  }

  public static void write(ByteBuffer out, LoginRequest login) {
    header(out, SoupType.LOGIN_REQUEST, LoginRequest.BYTES);
    putPaddedRight(out, login.user(), LoginRequest.USER_BYTES);
    putPaddedRight(out, login.password(), LoginRequest.PASSWORD_BYTES);
    login
        .session()
        .ifPresentOrElse(
            session -> session.putPaddedLeft(out), () -> putPaddedRight(out, "", Session.BYTES));
    putNumber(out, login.number());
  }

  public static void write(ByteBuffer out, LoginAccepted accepted) {
    header(out, SoupType.LOGIN_ACCEPTED, LoginAccepted.BYTES);
    accepted.session().putPaddedLeft(out);
    putNumber(out, accepted.number());
  }

  public static void write(ByteBuffer out, RejectReason reason) {
    header(out, SoupType.LOGIN_REJECTED, 1);
    out.put(reason.code);
  }

  /** Writes length and type of a packet whose payload the caller puts behind them. */
  public static void header(ByteBuffer out, SoupType type, int payloadBytes) {
    out.order(ByteOrder.BIG_ENDIAN).putShort((short) (1 + payloadBytes)).put(type.code);
  }

  private static void putPaddedRight(ByteBuffer out, String text, int length) {
    for (int i = 0; i < length; i++) {
      out.put(i < text.length() ? (byte) text.charAt(i) : (byte) ' ');
    }
  }

  private static void putNumber(ByteBuffer out, long number) {
    String digits = Long.toString(number);
    for (int i = digits.length(); i < NUMBER_BYTES; i++) {
      out.put((byte) ' ');
    }
    for (int i = 0; i < digits.length(); i++) {
      out.put((byte) digits.charAt(i));
    }
  }
}
