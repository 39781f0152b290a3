package dev.twincast.feed.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Where a recorder keeps the messages of sessions. Those of one session are kept without a hole,
 * from {@link #first} to before {@link #next}; numbers begin at 1. Only damage makes a hole: {@link
 * #missing} tells it, {@link #fill} mends it.
 *
 * <p>A session is named by 1 to 10 printable ASCII characters. Not thread-safe.
 */
public interface Store {

  /** Sessions of which something was ever appended, or skipped to. */
  Set<String> sessions();

  /** The lowest number kept; {@link #next} if none is. */
  long first(String session);

  /** The number to be appended next: 1 for a session that is not known. */
  long next(String session);

  /**
   * No number from this one on was ever used, as far as can be told: above {@link #next} if damage
   * has taken the last messages, and left some that were behind them.
   */
  default long used(String session) {
    return next(session);
  }

  /** Whether a session may be appended to; false: it would be one too many. */
  default boolean takes(String session) {
    return true;
  }

  /**
   * All numbers below this one have reached the disk, as far as the store's policy promises it:
   * they survive the loss of power, or only of the process. At most {@link #next}.
   */
  long durable(String session);

  /**
   * Keeps the message with the number {@link #next}: what remains in the buffer, whose position
   * stays as it is.
   *
   * @throws IOException if it could not be kept; it is then not there, and may be tried again
   */
  void append(String session, ByteBuffer message) throws IOException;

  /**
   * Gives up what lies between: the session is kept anew from this number on, which is above {@link
   * #next}. What was kept of it before is forgotten.
   */
  void skipTo(String session, long number) throws IOException;

  /**
   * Goes on with this number, which is above {@link #next}. What lies between is missing, if the
   * store can have holes; else it is as {@link #skipTo}.
   */
  default void leap(String session, long number) throws IOException {
    skipTo(session, number);
  }

  /**
   * Puts a message into the buffer, from its position on.
   *
   * @return whether it is kept, and there was room for all of it; else nothing was put
   */
  boolean read(String session, long number, ByteBuffer out) throws IOException;

  /** The length of a message in bytes; -1: it is not kept. */
  int length(String session, long number) throws IOException;

  /**
   * The lowest number that is not kept, of those from this one on: {@link #next} if all are kept. A
   * hole is known once a read has met it.
   */
  default long missing(String session, long from) {
    return next(session);
  }

  /** The lowest number that is kept, of those from this one on; {@link #next} if none is. */
  default long kept(String session, long from) {
    return Math.max(from, first(session));
  }

  /**
   * Keeps a message that is missing: the first of a hole, so that a hole is filled in order. It is
   * durable after the next {@link #commit} that forces.
   *
   * @throws IllegalArgumentException if no hole begins at this number
   * @throws IOException as {@link #append}
   */
  default void fill(String session, long number, ByteBuffer message) throws IOException {
    throw new IllegalArgumentException("nothing is missing at message " + number);
  }

  /** What is kept takes, with its bookkeeping, in bytes. */
  long bytes();

  /** Lets go of what appending to a session takes, until something is appended to it again. */
  default void release(String session) throws IOException {}

  /**
   * Ends a batch of appends: writes it, and makes it durable as far as the store's policy says so.
   * To be called after each batch, and at {@link #nextTimeout}; costs nothing if there is nothing
   * to do.
   *
   * @param now nanoseconds of any monotonic clock
   * @throws IOException if some of it could not be written: it stays in memory, is read from there,
   *     and is tried again by the next commit
   */
  default void commit(long now) throws IOException {
    force();
  }

  /** When {@link #commit} is due though nothing more is appended; {@code Long.MAX_VALUE}: never. */
  default long nextTimeout() {
    return Long.MAX_VALUE;
  }

  /** Makes all that was appended durable, against loss of power under every policy. */
  void force() throws IOException;
}
