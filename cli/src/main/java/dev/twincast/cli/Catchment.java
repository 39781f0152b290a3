package dev.twincast.cli;

import com.google.gson.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/** Who answered how many calls, how fast, and how often it was another than before. Thread-safe. */
final class Catchment {
  private static final int MOST_REASONS = 20;
  private static final String OTHER_REASONS = "other reasons";

  // all guarded by this
  private final Map<String, Long> answersByReplica = new TreeMap<>();
  private final Map<String, Long> failuresByReason = new TreeMap<>();
  private final Latencies latencies = new Latencies();
  private long answered;
  private long failed;
  private long flips;
  private String last = "";

  synchronized void answered(Answer answer) {
    answered++;
    answersByReplica.merge(answer.replica(), 1L, Long::sum);
    latencies.add(answer.nanos());
    if (!last.isEmpty() && !last.equals(answer.replica())) {
      flips++;
    }
    last = answer.replica();
  }

  /** A reason may contain anything, so only so many are told apart. */
  synchronized void failed(String reason) {
    failed++;
    boolean known = failuresByReason.containsKey(reason) || failuresByReason.size() < MOST_REASONS;
    failuresByReason.merge(known ? reason : OTHER_REASONS, 1L, Long::sum);
  }

  synchronized long answered() {
    return answered;
  }

  synchronized long failed() {
    return failed;
  }

  /** Forgets all but who answered last, so that what follows is counted by itself. */
  synchronized void reset() {
    answersByReplica.clear();
    failuresByReason.clear();
    latencies.reset();
    answered = 0;
    failed = 0;
    flips = 0;
  }

  /** Adds all counts to an event. */
  synchronized Event describe(Event event) {
    return event
        .with("calls", answered + failed)
        .with("answered", answered)
        .with("failed", failed)
        .with("flips", flips)
        .with("replicas", json(answersByReplica))
        .with("failures", json(failuresByReason))
        .with("millis", latencies.millis());
  }

  private static JsonObject json(Map<String, Long> counts) {
    JsonObject json = new JsonObject();
    counts.forEach(json::addProperty);
    return json;
  }
}
