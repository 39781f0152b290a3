package dev.twincast.cli;

import com.google.gson.JsonObject;
import dev.twincast.anycast.AnycastClient;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;

/** The calls of one {@code call} command, and what came of them. Thread-safe. */
final class Calls {
  private final long count;
  private final String message;
  private final Output out;

  // all guarded by this
  private final Map<String, Long> answersByReplica = new TreeMap<>();
  private final Latencies latencies = new Latencies(RandomGenerator.getDefault());
  private long begun = 1; // the first call is made by first()
  private long answered;
  private long failed;
  private long retried;
  private boolean waiting = true;

  Calls(long count, String message, Output out) {
    this.count = count;
    this.message = message;
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
        answered(GreetingCall.on(client, message));
        appeared();
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
  void others(AnycastClient client, int connections, Duration interval)
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

  private void callRepeatedly(AnycastClient client, Duration interval) throws InterruptedException {
    while (begin()) {
      Thread.sleep(interval);
      try {
        answered(GreetingCall.on(client, message));
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

  private synchronized void appeared() {
    waiting = false;
  }

  private synchronized void answered(GreetingCall.Reply reply) {
    answered++;
    answersByReplica.merge(reply.replica(), 1L, Long::sum);
    latencies.add(reply.nanos());
    out.emit(
        Event.of("reply")
            .with("replica", reply.replica())
            .with("address", reply.address())
            .with("millis", Latencies.toMillis(reply.nanos()))
            .with("text", reply.text()));
  }

  private synchronized void failed(IOException reason) {
    failed++;
    out.emit(Event.of("failure").with("reason", String.valueOf(reason.getMessage())));
  }

  /** An attempt failed and the client takes another replica. */
  synchronized void retrying(String address, IOException reason) {
    boolean tried = !(reason instanceof UnknownHostException);
    if (tried && !waiting) {
      retried++;
      out.emit(
          Event.of("retry")
              .with("address", address)
              .with("reason", String.valueOf(reason.getMessage())));
    }
  }

  synchronized Event summary() {
    JsonObject replicas = new JsonObject();
    answersByReplica.forEach(replicas::addProperty);
    return Event.summary("call")
        .with("calls", answered + failed)
        .with("answered", answered)
        .with("failed", failed)
        .with("retried", retried)
        .with("replicas", replicas)
        .with("millis", latencies.millis());
  }

  synchronized int exitCode(Stop stop) {
    if (failed > 0) {
      return answered == 0 ? ExitCode.NOTHING : ExitCode.OUTSIDE_LIMIT;
    }
    boolean endlessAndWorked = count == Long.MAX_VALUE && answered > 0;
    return stop.isRequested() && answered < count && !endlessAndWorked
        ? stop.exitCode()
        : ExitCode.OK;
  }
}
