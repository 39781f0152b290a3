package dev.twincast.anycast;

import java.io.IOException;
import java.io.Serial;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** No replica answered in time. The message says which were tried, why each failed, what to do. */
public final class NoReplicaException extends IOException {
  @Serial private static final long serialVersionUID = 1;

  private static final int MOST_REASONS = 5;

  private final int attempts;

  private NoReplicaException(String message, int attempts) {
    super(message);
    this.attempts = attempts;
  }

  /** How many connections were tried; 0 when no name had an address. */
  public int attempts() {
    return attempts;
  }

  /** What went wrong in one call so far, the last reason of each replica. Not thread-safe. */
  static final class Failures {
    private final Map<String, IOException> reasons = new LinkedHashMap<>();
    private int attempts;

    void attempt(String replica, IOException reason) {
      attempts++;
      reasons.put(replica, reason);
    }

    void lookup(Endpoint name, IOException reason) {
      reasons.put(name.toString(), reason);
    }

    NoReplicaException toException(List<Endpoint> endpoints, long timeoutNanos) {
      String names = limited(endpoints.stream().map(Endpoint::toString));
      String last = limited(reasons.entrySet().stream().map(Failures::text));
      String advice =
          attempts == 0
              ? "check the name, or wait until it is known"
              : "check that a server runs there, or allow more time";
      return new NoReplicaException(
          "no replica of %s answered within %s; attempts: %d; reasons: %s (%s)"
              .formatted(names, Durations.text(timeoutNanos), attempts, last, advice),
          attempts);
    }

    private static String text(Map.Entry<String, IOException> failure) {
      IOException reason = failure.getValue();
      String message = reason.getMessage() == null ? reason.toString() : reason.getMessage();
      String prefix = reason instanceof UnknownHostException ? "unknown host: " : "";
      return failure.getKey() + " (" + prefix + message + ")";
    }

    private static String limited(Stream<String> texts) {
      List<String> all = texts.toList();
      String first = String.join(", ", all.subList(0, Math.min(all.size(), MOST_REASONS)));
      int more = all.size() - MOST_REASONS;
      return more > 0 ? first + " and " + more + " more" : first;
    }
  }
}
