package dev.twincast.feed.simulation;

import java.util.ArrayList;
import java.util.List;

/** What must hold at any time, and whether all is done. */
final class Promises {
  private final SimulatedGroup group;
  private final List<String> broken = new ArrayList<>();

  Promises(SimulatedGroup group) {
    this.group = group;
  }

  /** Whether everybody who can has everything. */
  boolean isIdle() {
    if (!group.publisher().isIdle()) {
      return false;
    }
    long next = group.publisher().next();
    for (SimulatedSubscriber subscriber : group.subscribers()) {
      if (subscriber.isBusy() || isBehind(subscriber, next)) {
        return false;
      }
    }
    return group.recorders().stream().noneMatch(it -> isBehind(it, next))
        && !isAcknowledgementDue();
  }

  private boolean isBehind(SimulatedRecorder recorder, long next) {
    boolean isListening =
        recorder.isUp() && !recorder.isCutOff && group.publisher().isUp() && !recorder.wentBack();
    return recorder.isBusy() || (isListening && recorder.next() < next);
  }

  private boolean isAcknowledgementDue() {
    long listening =
        group.recorders().stream()
            .filter(it -> it.isUp() && !it.isCutOff && !it.wentBack())
            .count();
    return group.publisher().isUp()
        && group.publisherSettings.acks() > 0
        && listening >= group.publisherSettings.acks()
        && group.publisher().acknowledged() < group.publisher().next();
  }

  private boolean isBehind(SimulatedSubscriber subscriber, long next) {
    return subscriber.isBusy()
        || (group.publisher().isUp()
            && subscriber.isListening()
            && subscriber.next() < next
            && next > 1);
  }

  /** Who has not. */
  String busy() {
    var names = new ArrayList<String>();
    for (SimulatedSubscriber subscriber : group.subscribers()) {
      if (isBehind(subscriber, group.publisher().next())) {
        names.add(subscriber + " at #" + subscriber.next() + " " + subscriber.statistics());
      }
    }
    for (SimulatedRecorder recorder : group.recorders()) {
      if (isBehind(recorder, group.publisher().next())) {
        names.add(recorder + " at #" + recorder.next());
      }
    }
    return names + ", publisher next #" + group.publisher().next();
  }

  /** At this moment, enough recorders must have these messages on disk. */
  void acknowledged(long from, long next) {
    for (long i = from; i < next; i++) {
      long number = i;
      byte[] message = group.history.last(number);
      long keepers = group.recorders().stream().filter(it -> it.keeps(number, message)).count();
      boolean isForgotten = group.recorders().stream().noneMatch(it -> it.has(number));
      require(
          keepers >= group.publisherSettings.acks() || isForgotten,
          "acknowledged #%d, but only %d recorders keep it",
          number,
          keepers);
    }
  }

  /** At this moment, so many must have all messages below this number. */
  void complete(int receivers, long next) {
    long finished =
        group.subscribers().stream().filter(SimulatedSubscriber::hasFinished).count()
            + group.recorders().stream().filter(it -> it.durable() >= next).count();
    require(finished >= receivers, "%d have everything, not %d as is said", finished, receivers);
  }

  /** Whether anybody who is up still has a message. */
  boolean isKept(long number) {
    return (group.publisher().isUp() && group.publisher().has(number))
        || group.recorders().stream().anyMatch(it -> it.isUp() && it.has(number));
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation is not worth a dependency
  void require(boolean holds, String problem, Object... values) {
    if (!holds) {
      broken.add(problem.formatted(values));
    }
  }

  void throwIfBroken(long seed) {
    if (!broken.isEmpty()) {
      String text = String.join("; ", broken);
      broken.clear();
      throw new AssertionError("seed " + seed + ": " + text);
    }
  }
}
