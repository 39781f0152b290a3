package dev.twincast.feed.machine;

/** Which of a party's sockets a datagram came in by, or goes out by. */
public enum Channel {
  /** The group: live packets. A publisher sends them from the socket that it serves with. */
  GROUP,
  /** The port that others know: requests and acknowledgements come in, answers go out. */
  SERVE,
  /** A port of our own: requests go out, answers come in. */
  ASK
}
