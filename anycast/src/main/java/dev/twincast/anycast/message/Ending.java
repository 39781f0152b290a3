package dev.twincast.anycast.message;

/** Why a conversation is over. */
public enum Ending {
  /** The client closed, or both sides agreed to. */
  CLOSED,
  /** The network or the client broke the connection. */
  BROKEN,
  /** Nothing moved for the idle time, and nobody owed anything. */
  IDLE,
  /** A length that is no payload's and no word of the protocol, or is above the limit. */
  ILLEGAL_FRAME,
  /** The client did not take its replies in time. */
  SLOW_READER,
  /** The client began a frame and did not finish it in time. */
  SLOW_WRITER,
  /** The server's memory for all connections was used up. */
  OVERLOADED,
  /** The service threw an exception. */
  FAILED,
  /** The server was closed before the conversation was over. */
  CUT
}
