package dev.twincast.feed.machine;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A party of a feed that does no I/O: bytes and time come in, bytes and events come out. The loop
 * around it:
 *
 * <pre>
 *   wait until a datagram comes, or nextTimeout
 *   now = System.nanoTime()
 *   for each datagram that is there: onDatagram(now, …)
 *   if nextTimeout has come: onTimeout(now)
 *   while (pollTransmit(now, out)): gather, and send together
 *   while ((event = pollEvent()) != null): tell
 * </pre>
 *
 * <p>Not thread-safe. Times are nanoseconds of any monotonic clock, compared by difference.
 */
public interface Machine {

  /** There is nothing to wait for but datagrams. */
  long NEVER = Long.MAX_VALUE;

  /**
   * Takes a datagram: what remains in the buffer, which is not kept.
   *
   * @param from who sent it; compared by {@code equals}, faster if it is the same object each time
   */
  void onDatagram(long now, Channel channel, InetSocketAddress from, ByteBuffer packet);

  /** Does what is due. Harmless when called early. */
  void onTimeout(long now);

  /** When {@link #onTimeout} is wanted; {@link #NEVER}: not until something else happens. */
  long nextTimeout();

  /** Fills in the next datagram to be sent; false: there is none now. */
  boolean pollTransmit(long now, Transmit out);
}
