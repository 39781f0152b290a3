package dev.twincast.anycast;

import java.util.Optional;

/** A message to any one replica, and what may be done with it. Immutable, but for its bytes. */
public final class Request {
  private final byte[] payload;
  private final boolean idempotent;
  private final Optional<Policy> policy;

  private Request(byte[] payload, boolean idempotent, Optional<Policy> policy) {
    this.payload = payload;
    this.idempotent = idempotent;
    this.policy = policy;
  }

  /** A request that is written once: it may have effects. */
  public static Request of(byte[] payload) {
    return new Request(payload, false, Optional.empty());
  }

  /** A request that is harmless when carried out twice, so that another replica may get it too. */
  public static Request idempotent(byte[] payload) {
    return new Request(payload, true, Optional.empty());
  }

  /** The same for a replica that this policy chooses, whatever the client's is. */
  public Request by(Policy policy) {
    return new Request(payload, idempotent, Optional.of(policy));
  }

  /**
   * What the replica gets. Leave it as it is until the call has ended; then it is not read any
   * more, also when a copy of the request is still on its way.
   */
  public byte[] payload() {
    return payload;
  }

  /** Whether it may be carried out twice. */
  public boolean isIdempotent() {
    return idempotent;
  }

  /** How its replica is chosen; empty: as for the client's other calls. */
  public Optional<Policy> policy() {
    return policy;
  }
}
