package dev.twincast.anycast;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What went wrong in one call so far, the last reason of each replica. Not thread-safe. */
final class Failures {
  private static final int MOST_REASONS = 5;

  private final ClientCore core;
  private final long timeoutNanos;
  private final Map<String, IOException> reasons = new LinkedHashMap<>();
  private int attempts;

  Failures(ClientCore core, long timeoutNanos) {
    this.core = core;
    this.timeoutNanos = timeoutNanos;
  }

  /** An attempt failed and another replica is tried. */
  void attempt(InetSocketAddress replica, IOException reason) {
    attempts++;
    String address = ReplicaSet.text(replica);
    reasons.put(address, reason);
    core.tellObserver(address, reason);
  }

  /** There is no address at all, and this is why. */
  void tellLookups() {
    core.replicas().failures().forEach((name, reason) -> core.tellObserver("" + name, reason));
  }

  /** The call's time is over. */
  NoReplicaException noReplica() {
    core.replicas().failures().forEach((name, reason) -> reasons.put("" + name, reason));
    String names = limited(core.endpoints().stream().map(Endpoint::toString));
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
