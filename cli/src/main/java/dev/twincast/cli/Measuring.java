package dev.twincast.cli;

import com.google.gson.JsonObject;
import dev.twincast.multicast.MulticastReceiver;
import dev.twincast.multicast.ReceivedDatagram;
import dev.twincast.multicast.UnicastReceiver;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** {@code receive --numbered}: counts what comes, until a limit is reached or all senders ended. */
final class Measuring {
  private static final long LOOK_MILLIS = 20;

  private final ReceiveLimits limits;
  private final Optional<Duration> stats;
  private final SimulatedLoss loss;
  private final Output out;
  private final Measured group = new Measured();
  private final Measured control = new Measured();
  private boolean hasControl;

  Measuring(ReceiveLimits limits, Optional<Duration> stats, SimulatedLoss loss, Output out) {
    this.limits = limits;
    this.stats = stats;
    this.loss = loss;
    this.out = out;
  }

  /** One datagram of the group, on the thread of its receiver. */
  void onDatagram(ReceivedDatagram datagram) {
    if (!loss.drops()) {
      group.onDatagram(datagram);
    }
  }

  /** Looks at the counts until it is time to end or the thread is interrupted. */
  void run(Members members, Arguments arguments) throws IOException {
    hasControl = arguments.isSet("also");
    if (!hasControl) {
      watch(members);
      return;
    }
    UnicastReceiver.Builder unicast = MulticastReceiver.unicast(arguments.port("also"));
    try (UnicastReceiver _ = unicast.handler(control::onDatagram).open()) {
      watch(members);
    }
  }

  private void watch(Members members) {
    Ticks ticks = new Ticks(stats);
    long start = System.nanoTime();
    try {
      while (!isDone(start)) {
        Thread.sleep(LOOK_MILLIS);
        if (ticks.isDue(System.nanoTime())) {
          out.emit(members.describe(describe(Event.of("stats"))));
        }
      }
    } catch (InterruptedException stopped) {
      // sum up what there was
    }
  }

  private boolean isDone(long start) {
    return group.hasEnded()
        || limits.isReached(group.datagrams())
        || limits.patienceNanos(System.nanoTime(), start, group.lastHeard()) <= 0;
  }

  private Event describe(Event event) {
    group.describe(event).fields().add("streams", group.streams());
    return loss.describe(event);
  }

  Event summary() {
    Event summary = describe(Event.summary("receive"));
    if (hasControl) {
      JsonObject unicast = new JsonObject();
      control.describe(new Event(unicast));
      summary.with("control", unicast);
    }
    return summary;
  }

  int exitCode(Stop stop) {
    return limits.exitCodeNumbered(group.datagrams(), group.lossPercent(), stop);
  }
}
