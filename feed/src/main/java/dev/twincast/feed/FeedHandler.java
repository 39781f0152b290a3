package dev.twincast.feed;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Hears a session: every message once, in order, or told as lost. Messages, losses and the end come
 * in the order of the numbers.
 *
 * <p>All methods are called by one thread at a time, a {@code twincast-} thread of the subscriber's
 * own; all but {@link #onMessage} do nothing unless overridden. One that is slow costs nobody else:
 * what finds no room meanwhile is fetched from recorders later. An exception is counted, the first
 * is logged, and the next message comes all the same.
 */
@FunctionalInterface
public interface FeedHandler {

  /**
   * The next message.
   *
   * @param number the first of a session is 1
   * @param message from its position to its limit, read-only; good until this returns
   */
  void onMessage(long number, ByteBuffer message);

  /** The session is known; the message with this number comes first. */
  default void onBegan(String session, long number) {}

  /**
   * Messages are gone: no recorder has them, or none that might has answered for a minute.
   *
   * @param from the first number
   * @param to the last
   */
  default void onLost(long from, long to, String reason) {}

  /** The publisher has ended the session; the last message was the one before {@code next}. */
  default void onEnded(long next) {}

  /** Messages did not come; they are asked for now. */
  default void onGap(long from, long to) {}

  /**
   * Messages of a gap have come.
   *
   * @param messages how many of them came by this answer; the others were here already
   * @param by the recorder that sent them
   * @param after how long after the gap was seen
   */
  default void onRepaired(long from, long to, int messages, InetSocketAddress by, Duration after) {}

  /** Too much is missing for requests: it is being replayed, from this number on. */
  default void onReplay(long from) {}

  /** The replay has met the live stream before this number. */
  default void onJoined(long next) {}

  /** Something that a person should know, in a sentence: a second publisher, for one. */
  default void onWarning(String text) {}
}
