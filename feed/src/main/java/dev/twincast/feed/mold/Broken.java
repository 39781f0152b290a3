package dev.twincast.feed.mold;

/** Why bytes are no MoldUDP64 packet. */
public enum Broken {
  /** Shorter than a header. */
  TOO_SHORT,
  /** The session is blank, or holds a character that is not printable ASCII. */
  NO_SESSION,
  /** The number is 0, or too large to count on from: 2^63 − 2^16 or more. */
  NO_NUMBER,
  /** A message block reaches beyond the end of the packet. */
  CUT_OFF,
  /** Bytes follow the last message block. */
  TOO_LONG
}
