package dev.twincast.anycast.policy;

import dev.twincast.anycast.Policy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A client and its replicas in virtual time. Replica 0 is good all the time; what the others do is
 * drawn from the seed.
 */
final class SimulatedFleet {
  static final long MILLI = 1_000_000;
  static final long SECOND = 1000 * MILLI;
  static final long TIMEOUT_NANOS = 2 * SECOND;

  /** How a replica behaves. */
  enum Mood {
    FINE,
    SLOW,
    /** Refuses connections; on the change, breaks those it has. */
    DEAD,
    /** Accepts and answers nothing until it thaws. */
    FROZEN,
    /** Neither accepts nor refuses, nor answers. */
    GONE
  }

  private record Event(long at, long number, Runnable what) {}

  /** A replica as it is. */
  static final class Server {
    Mood mood = Mood.FINE;
    long moodSince;
    int deaths;
    boolean named = true;
    long callsSinceMood;
    final List<Runnable> atChange = new ArrayList<>();
  }

  /** One call of a user. */
  final class Call {
    final CallPlan<Integer> plan;
    final boolean idempotent;
    final Set<CallPlan.Copy<Integer>> live = new HashSet<>();
    final Set<CallPlan.Copy<Integer>> writtenCopies = new HashSet<>();
    final Set<CallPlan.Claim> taken = new HashSet<>();
    int written;
    boolean done;
    boolean unknown;
    boolean failed;
    private long wakeNumber;

    Call(Policy policy, boolean idempotent) {
      this.idempotent = idempotent;
      this.plan =
          new CallPlan<>(
              replicas,
              idempotent ? hedging : Hedging.off(),
              random,
              policy,
              idempotent,
              now,
              TIMEOUT_NANOS,
              TIMEOUT_NANOS / 4);
    }

    void step() {
      while (!done) {
        switch (plan.next(now)) {
          case CallPlan.Step.Send(var copy) -> send(copy);
          case CallPlan.Step.Wait(long until) -> {
            long number = ++wakeNumber;
            at(
                until,
                () -> {
                  if (number == wakeNumber) {
                    step();
                  }
                });
            return;
          }
          case CallPlan.Step.GiveUp() -> {
            done = true;
            failed = true;
            live.forEach(copy -> replicas.onUnanswered(copy.replica()));
          }
        }
        check();
      }
    }

    private void send(CallPlan.Copy<Integer> copy) {
      copies++;
      hedges += copy.reason() == CallPlan.Reason.HEDGE ? 1 : 0;
      Server server = servers.get(copy.replica());
      server.callsSinceMood++;
      userCalls.add(copy.replica());
      live.add(copy);
      if (server.mood == Mood.DEAD) {
        after(MILLI / 5, () -> end(copy, false));
        return;
      }
      if (server.mood == Mood.GONE) {
        server.atChange.add(() -> connect(copy, server));
        after(TIMEOUT_NANOS / 4, () -> end(copy, false));
        return;
      }
      write(copy, server);
    }

    private void connect(CallPlan.Copy<Integer> copy, Server server) {
      if (!live.contains(copy)) {
        return;
      }
      if (server.mood == Mood.GONE) {
        server.atChange.add(() -> connect(copy, server));
      } else if (server.mood == Mood.DEAD) {
        end(copy, false);
      } else if (done || taken.contains(copy.claim())) {
        live.remove(copy);
        replicas.onWithdrawn(copy.replica());
        plan.onFailed(copy);
      } else {
        write(copy, server);
      }
    }

    private void write(CallPlan.Copy<Integer> copy, Server server) {
      taken.add(copy.claim());
      plan.onWritten(copy);
      written++;
      writtenCopies.add(copy);
      int deaths = server.deaths;
      server.atChange.add(() -> {
        if (server.deaths > deaths) {
          after(MILLI / 5, () -> end(copy, true));
        }
      });
      long latency = server.mood == Mood.SLOW ? 100 * MILLI : MILLI;
      after(latency / 2 + random.nextLong(latency), () -> answer(copy, server, deaths));
    }

    private void answer(CallPlan.Copy<Integer> copy, Server server, int deaths) {
      if (server.deaths > deaths || !live.contains(copy)) {
        return;
      }
      if (server.mood == Mood.FROZEN || server.mood == Mood.GONE) {
        server.atChange.add(() -> after(MILLI, () -> answer(copy, server, deaths)));
        return;
      }
      live.remove(copy);
      replicas.onAnswer(now, copy.replica(), 1 + now % MILLI);
      hedging.onAnswer(MILLI);
      wake();
      done = true;
    }

    /** It ends without an answer; unless it was meant to end only before it is written. */
    private void end(CallPlan.Copy<Integer> copy, boolean wasWritten) {
      if ((!wasWritten && writtenCopies.contains(copy)) || !live.remove(copy)) {
        return;
      }
      replicas.onUnanswered(copy.replica());
      replicas.onDown(now, copy.replica());
      if (!done && wasWritten && !idempotent) {
        done = true;
        unknown = true;
      }
      plan.onFailed(copy);
      wake();
    }

    private void wake() {
      wakeNumber++;
      step();
    }
  }

  final SplittableRandom random;
  final Replicas<Integer> replicas;
  final Hedging hedging;
  final List<Server> servers = new ArrayList<>();
  final List<Call> calls = new ArrayList<>();
  final Set<Integer> userCalls = new HashSet<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.<Event>comparingLong(e -> e.at - origin()).thenComparingLong(Event::number));
  private final long origin;
  private long eventNumber;
  long now;
  int copies;
  int hedges;
  int probes;

  SimulatedFleet(long seed, int size, Hedging hedging) {
    random = new SplittableRandom(seed);
    origin = Long.MAX_VALUE - random.nextLong(20 * SECOND); // the clock may overflow on the way
    now = origin;
    this.hedging = hedging;
    replicas = new Replicas<>(random, String::valueOf);
    for (int i = 0; i < size; i++) {
      servers.add(new Server());
    }
    names();
    look();
  }

  private long origin() {
    return origin;
  }

  long elapsed() {
    return now - origin;
  }

  void after(long nanos, Runnable what) {
    at(now + nanos, what);
  }

  private void at(long instant, Runnable what) {
    events.add(new Event(instant, ++eventNumber, what));
  }

  Call call(Policy policy, boolean idempotent) {
    var call = new Call(policy, idempotent);
    calls.add(call);
    call.step();
    return call;
  }

  /** The names tell of all servers that are named. */
  void names() {
    List<Integer> named = new ArrayList<>();
    for (int i = 0; i < servers.size(); i++) {
      if (servers.get(i).named) {
        named.add(i);
      }
    }
    replicas.onNames(now, named);
    check();
  }

  void change(int index, Mood mood) {
    Server server = servers.get(index);
    server.mood = mood;
    server.moodSince = now;
    server.callsSinceMood = 0;
    server.deaths += mood == Mood.DEAD ? 1 : 0;
    List<Runnable> listeners = List.copyOf(server.atChange);
    server.atChange.clear();
    listeners.forEach(Runnable::run);
  }

  void runFor(long nanos) {
    long end = now + nanos;
    while (!events.isEmpty() && events.peek().at - end <= 0) {
      Event event = events.remove();
      now = event.at;
      event.what.run();
      wakeTheWaiting();
    }
    now = end;
  }

  private List<Call> recent() {
    return calls.subList(Math.max(0, calls.size() - 2_000), calls.size());
  }

  /** What always holds. */
  private void check() {
    long bad =
        replicas.snapshot().stream().filter(r -> r.state() == Replicas.State.EJECTED).count();
    if (2 * bad > replicas.snapshot().size()) {
      throw new AssertionError("more than half ejected: " + replicas.snapshot());
    }
    wakeTheWaiting();
  }

  private void wakeTheWaiting() {
    for (var silent = replicas.pollSilent(); silent.isPresent(); silent = replicas.pollSilent()) {
      int address = silent.get();
      after(
          0,
          () ->
              recent().stream()
                  .filter(c -> !c.done && c.live.stream().anyMatch(x -> x.replica() == address))
                  .toList()
                  .forEach(Call::wake));
    }
  }

  private void look() {
    for (Optional<Integer> due = replicas.pollProbe(now);
        due.isPresent();
        due = replicas.pollProbe(now)) {
      probes++;
      int address = due.get();
      switch (servers.get(address).mood) {
        case FINE -> after(MILLI, () -> replicas.onProbeAnswered(now, address));
        case SLOW -> after(100 * MILLI, () -> replicas.onProbeAnswered(now, address));
        case DEAD -> after(MILLI, () -> replicas.onProbeFailed(now, address));
        case FROZEN, GONE -> after(SECOND, () -> replicas.onProbeFailed(now, address));
      }
    }
    after(10 * MILLI, this::look);
  }
}
