package dev.twincast.anycast;

import java.io.IOException;
import java.io.Serial;

/**
 * A request that may not be repeated was written to a replica, which has not answered: it may have
 * been carried out, or not. Nobody but the service can tell.
 */
public final class UnknownOutcomeException extends IOException {
  @Serial private static final long serialVersionUID = 1;

  UnknownOutcomeException(String replica, IOException reason) {
    super(
        "no answer from %s (%s), which may have carried the request out; declare it idempotent if another replica may repeat it"
            .formatted(replica, reason.getMessage()),
        reason);
  }
}
