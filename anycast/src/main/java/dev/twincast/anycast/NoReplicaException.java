package dev.twincast.anycast;

import java.io.IOException;
import java.io.Serial;

/** No replica answered in time. The message says which were tried, why each failed, what to do. */
public final class NoReplicaException extends IOException {
  @Serial private static final long serialVersionUID = 1;

  private final int attempts;

  NoReplicaException(String message, int attempts) {
    super(message);
    this.attempts = attempts;
  }

  /** How many attempts failed; 0 when no name had an address. */
  public int attempts() {
    return attempts;
  }
}
