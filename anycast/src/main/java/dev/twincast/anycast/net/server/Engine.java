package dev.twincast.anycast.net.server;

/**
 * Serves the connections of one port, and can stop in steps. The steps are called in their order,
 * by one thread; {@link #cutAll} at any time by any.
 */
public interface Engine {

  /** The TCP port. */
  int port();

  /** Asks the clients connected now to leave, after what they have asked is answered. */
  void tellClients() throws InterruptedException;

  /** Waits until those that were told have left, at most until a {@link System#nanoTime}. */
  void awaitTold(long deadline) throws InterruptedException;

  /**
   * Goes on accepting for so long, and then until none is queued, at most until the deadline; stops
   * listening. Clients that come now are asked to leave when they have been served.
   */
  void acceptLast(long settlingNanos, long deadline) throws InterruptedException;

  /** Waits until all have left; true if they have by the deadline. */
  boolean awaitAll(long deadline) throws InterruptedException;

  /** Closes whatever is open. */
  void cutAll();

  /** Lets all threads end, and waits for that. Idempotent; nothing else is called after it. */
  void close() throws InterruptedException;
}
