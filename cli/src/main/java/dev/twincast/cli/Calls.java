package dev.twincast.cli;

import com.google.gson.JsonObject;
import dev.twincast.anycast.AnycastClient;
import dev.twincast.anycast.ClientStatistics;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The calls of one {@code call} command. Thread-safe. */
final class Calls {
  private static final long LOOK_MILLIS = 20;
  private static final Duration PROGRESS_EVERY = Duration.ofMillis(200);

  private final long count;
  private final Asking asking;
  private final boolean quiet;
  private final Output out;
  private final Catchment all = new Catchment();
  private final Catchment lately = new Catchment();

  // guarded by this
  private long begun = 1; // the first call is made by first()
  private boolean waiting = true;
  private long retriedWhileWaiting;

  /**
   * @param quiet whether single replies are not told
   */
  Calls(long count, Asking asking, boolean quiet, Output out) {
    this.count = count;
    this.asking = asking;
    this.quiet = quiet;
    this.out = out;
  }

  /**
   * The first call, repeated until the first replica appears.
   *
   * @return false when none did, and so no other call is worth trying
   */
  boolean first(AnycastClient client, Duration wait, String names) throws InterruptedException {
    long start = System.nanoTime();
    boolean told = false;
    while (true) {
      try {
        answered(asking.ask(client));
        appeared(client.statistics());
        return true;
      } catch (IOException e) {
        stopIfInterrupted(e);
        if (System.nanoTime() - start >= wait.toNanos()) {
          failed(e);
          return false;
        }
        if (!told) {
          out.say("Waiting for a replica at " + names + " for " + wait.toSeconds() + " s at most");
          told = true;
        }
      }
    }
  }

  /** All calls after the first, {@code connections} at a time. */
  void others(
      AnycastClient client, int connections, Duration interval, Optional<Duration> statsEvery)
      throws InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> callers = new ArrayList<>();
      for (int i = 0; i < Math.min(connections, count - 1); i++) {
        callers.add(
            threads.submit(() -> {
              callRepeatedly(client, interval);
              return null;
            }));
      }
      try {
        watch(callers, statsEvery);
        for (Future<?> caller : callers) {
          caller.get();
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException stopped) {
        threads.shutdownNow();
        throw stopped;
      }
    }
  }

  /** Tells how it goes while it does: at each tick, and to the person at the terminal. */
  private void watch(List<Future<?>> callers, Optional<Duration> statsEvery)
      throws InterruptedException {
    boolean progress = quiet && out.showsProgress();
    if (statsEvery.isEmpty() && !progress) {
      return;
    }
    Ticks ticks = new Ticks(statsEvery);
    Ticks progressTicks = new Ticks(Optional.of(PROGRESS_EVERY));
    while (!callers.stream().allMatch(Future::isDone)) {
      Thread.sleep(LOOK_MILLIS);
      if (ticks.isDue(System.nanoTime())) {
        out.emit(takeLately());
      }
      if (progress && progressTicks.isDue(System.nanoTime())) {
        out.progress(CallLines.shares(all.describe(Event.of("stats"))));
      }
    }
  }

  private Event takeLately() {
    synchronized (lately) {
      Event event = lately.describe(Event.of("stats"));
      lately.reset();
      return event;
    }
  }

  private void callRepeatedly(AnycastClient client, Duration interval) throws InterruptedException {
    while (begin()) {
      Thread.sleep(interval);
      try {
        answered(asking.ask(client));
      } catch (IOException e) {
        stopIfInterrupted(e);
        failed(e);
      }
    }
  }

  private static void stopIfInterrupted(IOException e) throws InterruptedException {
    if (e instanceof InterruptedIOException && Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private synchronized boolean begin() {
    if (begun == count) {
      return false;
    }
    begun++;
    return true;
  }

  private synchronized void appeared(ClientStatistics statistics) {
    waiting = false;
    retriedWhileWaiting = statistics.retried();
  }

  private synchronized boolean isWaiting() {
    return waiting;
  }

  private void answered(Answer answer) {
    all.answered(answer);
    synchronized (lately) {
      lately.answered(answer);
    }
    if (!quiet) {
      out.emit(
          Event.of("reply")
              .with("replica", answer.replica())
              .with("address", answer.address())
              .with("millis", Latencies.toMillis(answer.nanos()))
              .with("text", answer.text()));
    }
  }

  private void failed(IOException reason) {
    String text = String.valueOf(reason.getMessage());
    all.failed(text);
    synchronized (lately) {
      lately.failed(text);
    }
    out.emit(Event.of("failure").with("reason", text));
  }

  /** An attempt failed and the client takes another replica. */
  void retrying(String address, IOException reason) {
    boolean tried = !(reason instanceof UnknownHostException);
    if (tried && !isWaiting()) {
      out.emit(
          Event.of("retry")
              .with("address", address)
              .with("reason", String.valueOf(reason.getMessage())));
    }
  }

  /**
   * What came of all calls.
   *
   * @param byChance whether each call may have taken any replica, so that chance tells what to
   *     expect
   */
  synchronized Event summary(ClientStatistics statistics, boolean byChance) {
    Event event =
        all.describe(Event.summary("call"))
            .with("retried", waiting ? 0 : statistics.retried() - retriedWhileWaiting)
            .with("hedged", statistics.hedged());
    int replicas = Math.max(event.object("replicas").size(), statistics.replicas().size());
    if (byChance && replicas > 1) {
      Chance chance = Chance.of(all.answered(), replicas);
      JsonObject expected = new JsonObject();
      expected.addProperty("least", chance.least());
      expected.addProperty("most", chance.most());
      event.with("expected", expected);
    }
    return event;
  }

  int exitCode(Stop stop) {
    if (all.failed() > 0) {
      return all.answered() == 0 ? ExitCode.NOTHING : ExitCode.OUTSIDE_LIMIT;
    }
    boolean endlessAndWorked = count == Long.MAX_VALUE && all.answered() > 0;
    return stop.isRequested() && all.answered() < count && !endlessAndWorked
        ? stop.exitCode()
        : ExitCode.OK;
  }
}
