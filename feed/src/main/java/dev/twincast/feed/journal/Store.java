package dev.twincast.feed.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Where a recorder keeps the messages of sessions. Those of one session are kept without a hole,
 * from {@link #first} to before {@link #next}; numbers begin at 1.
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
   * Puts a message into the buffer, from its position on.
   *
   * @return whether it is kept, and there was room for all of it; else nothing was put
   */
  boolean read(String session, long number, ByteBuffer out) throws IOException;

  /** The length of a message in bytes; -1: it is not kept. */
  int length(String session, long number) throws IOException;

  /** Makes all that was appended durable. */
  void force() throws IOException;
}
