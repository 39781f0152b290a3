package dev.twincast.anycast;

/**
 * What leads clients to a replica from outside, such as a route to its address. A server that
 * drains withdraws it first, and accepts what still comes for a while.
 */
@FunctionalInterface
public interface Announcement {

  /**
   * Withdraws it, and returns when that is done or has failed; bounded in time. Harmless when
   * called again.
   */
  void withdraw();
}
