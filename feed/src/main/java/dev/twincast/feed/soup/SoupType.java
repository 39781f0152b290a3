package dev.twincast.feed.soup;

import java.util.Arrays;

/** What a packet is: the byte behind its length. */
public enum SoupType {
  /** Text for humans, from either side; ignored. */
  DEBUG('+'),
  /** From the server: session, and the number of the first message to come. */
  LOGIN_ACCEPTED('A'),
  /** From the server, which then closes. */
  LOGIN_REJECTED('J'),
  /** From the server: the next message of the session. */
  SEQUENCED('S'),
  /** From the server, after a second of silence. */
  SERVER_HEARTBEAT('H'),
  /** From the server: the session has no more messages. */
  END_OF_SESSION('Z'),
  /** From the client, once, first of all. */
  LOGIN_REQUEST('L'),
  /** From either side: a message without a number. */
  UNSEQUENCED('U'),
  /** From the client, after a second of silence. */
  CLIENT_HEARTBEAT('R'),
  /** From the client, which wants no more. */
  LOGOUT('O'),
  /** None of these: ignored. On the wire only if somebody speaks a later version, or nonsense. */
  UNKNOWN('\0');

  private static final SoupType[] BY_BYTE = new SoupType[128];

  static {
    Arrays.fill(BY_BYTE, UNKNOWN);
    for (SoupType type : values()) {
      BY_BYTE[type.code] = type;
    }
  }

  final byte code;

  SoupType(char code) {
    this.code = (byte) code;
  }

  static SoupType of(byte code) {
    return code < 0 ? UNKNOWN : BY_BYTE[code];
  }
}
