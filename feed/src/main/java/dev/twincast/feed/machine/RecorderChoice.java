package dev.twincast.feed.machine;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which recorder is asked: a policy, which learns from what became of it. Called by one machine.
 */
public interface RecorderChoice {

  /** All recorders that there are; may change. Empty: only the publisher itself. */
  List<InetSocketAddress> recorders();

  /**
   * Chooses one, which is asked now.
   *
   * @param last who was asked before and did not answer: another one if possible; null: nobody
   * @param mayHave which recorders are worth asking
   * @return null: none of them may have it
   */
  @Nullable InetSocketAddress choose(
      long now, @Nullable InetSocketAddress last, Predicate<InetSocketAddress> mayHave);

  /** Says that a recorder answered, so many nanoseconds after it was asked last. */
  default void answered(long now, InetSocketAddress recorder, long nanos) {}

  /** Says that a recorder did not answer in time what it was asked then. */
  default void timedOut(long now, InetSocketAddress recorder, long askedAt) {}
}
