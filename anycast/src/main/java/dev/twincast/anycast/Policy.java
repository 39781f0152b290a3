package dev.twincast.anycast;

/**
 * How a client chooses among the replicas that are in good standing. Replicas that refuse, break or
 * stay silent are passed over by every policy, as long as there is another.
 */
public sealed interface Policy {

  /** Each as likely as any other. */
  record Random() implements Policy {}

  /** One after the other. */
  record RoundRobin() implements Policy {}

  /**
   * Of two drawn at random the one with less to do: calls in flight times a moving average of its
   * latency (the power of two choices, Mitzenmacher 2001). Made for calls: what a connection from
   * {@link AnycastClient#connect} does later is not seen, so {@link RoundRobin} spreads those
   * better.
   */
  record LeastLoaded() implements Policy {}

  /**
   * The same replica for the same key, as long as it lives (rendezvous hashing, Thaler and
   * Ravishankar 1998). When a replica goes, only its own keys move; when one comes, it takes only
   * what will be its own. Clients agree without talking, if they know the same addresses.
   *
   * @param key anything that stands for what is asked, such as a user or a file
   */
  record Hash(String key) implements Policy {}

  /** {@link Random}. */
  static Policy random() {
    return new Random();
  }

  /** {@link RoundRobin}. */
  static Policy roundRobin() {
    return new RoundRobin();
  }

  /** {@link LeastLoaded}. */
  static Policy leastLoaded() {
    return new LeastLoaded();
  }

  /** {@link Hash}. */
  static Policy hash(String key) {
    return new Hash(key);
  }
}
