package dev.twincast.anycast;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What a client has done so far.
 *
 * @param calls calls and connects that have ended
 * @param answered those that got what they wanted
 * @param failed those that ended with an exception
 * @param retried copies sent, and replicas dialled, because another failed or was given up
 * @param hedged copies sent because another took long
 * @param ejections how often a replica was passed over because it fell silent
 * @param goneAway connections on which a replica said that it goes away
 * @param malformed connections closed because what came was no frame, or too long
 * @param replicas each replica that is known now
 */
public record ClientStatistics(
    long calls,
    long answered,
    long failed,
    long retried,
    long hedged,
    long ejections,
    long goneAway,
    long malformed,
    List<Replica> replicas) {

  /**
   * One replica.
   *
   * @param address where it is
   * @param standing what is thought of it
   * @param calls copies of calls it was given
   * @param answered those that it answered
   * @param failed those that it did not
   * @param inFlight those that it has now
   * @param latency a moving average
   */
  public record Replica(
      InetSocketAddress address,
      Standing standing,
      long calls,
      long answered,
      long failed,
      int inFlight,
      Duration latency) {}

  /** What is thought of a replica. */
  public enum Standing {
    /** Gets calls. */
    GOOD,
    /** Gets calls if there is no other: the names do not tell of it any more, but it works. */
    FORMER,
    /** Refuses or breaks connections. */
    DOWN,
    /** Accepts connections and does not answer. */
    EJECTED
  }
}
