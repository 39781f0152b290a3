package dev.twincast.feed.machine;

/** What a machine waits for. */
enum Timer {
  /** Publisher: the next number is told again; dense after the last message, then each second. */
  HEARTBEAT,
  /** Publisher: the rate allows the next packet. */
  PACE,
  /** Publisher: nobody who knows later messages of the session has spoken up. */
  RESUME,
  /** Publisher: the end of the session has been told for long enough. */
  LINGER,
  /** Publisher, recorder: an asker's share allows the next answer. */
  ANSWER,
  /** Subscriber: a request has not been answered. */
  REQUEST,
  /** Subscriber: a replay that failed is tried again. */
  REPLAY,
  /** Subscriber: the publisher has been silent for long; recorders may know of more. */
  SILENCE,
  /** Recorder: an acknowledgement held back to be joined by more may go. */
  ACKNOWLEDGE,
  /** Recorder: a store that failed is tried again. */
  STORE,
  /** Recorder: holes of its store are looked for, or what is missing is asked for again. */
  HEAL
}
