package dev.twincast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * Threads that ask, each one request after the other: as fast as it is answered, or one each
 * interval.
 */
final class Workers {
  private static final int REQUEST_BYTES = 64;

  /** Later than any time, and not so late that a difference overflows. */
  private static final long ANSWERED = Long.MAX_VALUE / 2;

  private final Supplier<Caller> callers;
  private final long intervalNanos;
  private final long begin;
  private final long end;

  /**
   * @param callers one for each worker
   * @param intervalNanos of each worker; 0: none
   * @param warmMillis what is asked in the first so many is not counted
   */
  Workers(Supplier<Caller> callers, long intervalNanos, long warmMillis, long millis) {
    this.callers = callers;
    this.intervalNanos = intervalNanos;
    begin = System.nanoTime() + warmMillis * 1_000_000;
    end = begin + millis * 1_000_000;
  }

  /**
   * Returns when all has been asked.
   *
   * @param kind of thread that each worker is
   * @param onBegin is run when counting begins
   * @return how many requests, how many of them failed, the longest time that a worker had no
   *     answer, and latencies, in nanoseconds
   */
  String work(int count, Thread.Builder kind, Runnable onBegin) throws InterruptedException {
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      // Spread over the interval, or all would ask at the same moment.
      workers.add(new Worker(System.nanoTime() + i * intervalNanos / count));
    }
    List<Thread> threads = workers.stream().map(kind::start).toList();
    Kernel.sleepUntil(begin);
    onBegin.run();
    for (Thread thread : threads) {
      thread.join();
    }
    long[] latencies = workers.stream().flatMapToLong(Worker::latencies).sorted().toArray();
    return "measured=%d nanos=%d failed=%d stall=%d p50=%d p99=%d"
        .formatted(
            latencies.length,
            end - begin,
            workers.stream().mapToLong(worker -> worker.failed).sum(),
            workers.stream().mapToLong(worker -> worker.longestStall).max().orElse(0),
            Statistics.percentile(latencies, 500),
            Statistics.percentile(latencies, 990));
  }

  /** One thread's; its figures are read when that has ended. */
  private final class Worker implements Runnable {
    private long due;
    private long[] latencies = new long[1024];
    private int count;
    private long failed;
    private long longestStall;

    Worker(long due) {
      this.due = due;
    }

    LongStream latencies() {
      return Arrays.stream(latencies, 0, count);
    }

    @Override
    public void run() {
      Caller caller = callers.get();
      long unansweredSince = begin;
      while (due - end < 0) {
        long asked = awaitDue();
        boolean isAnswered = isAnswered(caller);
        long now = System.nanoTime();
        if (asked - begin >= 0) {
          note(now - asked);
          failed += isAnswered ? 0 : 1;
          longestStall = Math.max(longestStall, now - Math.min(asked, unansweredSince));
        }
        if (isAnswered) {
          unansweredSince = ANSWERED;
        } else if (unansweredSince == ANSWERED) {
          unansweredSince = Math.max(asked, begin);
        }
      }
      longestStall = Math.max(longestStall, end - unansweredSince); // negative if it was answered
    }

    /** When it asked. Who is late does not catch up. */
    private long awaitDue() {
      for (long now; (now = System.nanoTime()) - due < 0; ) {
        LockSupport.parkNanos(due - now);
      }
      long now = System.nanoTime();
      due = Math.max(due + intervalNanos, now);
      return now;
    }

    private boolean isAnswered(Caller caller) {
      byte[] request = new byte[REQUEST_BYTES]; // a late copy may still read the last one
      ThreadLocalRandom.current().nextBytes(request);
      try {
        if (!Arrays.equals(request, caller.call(request))) {
          throw new IllegalStateException("an answer to something else");
        }
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    private void note(long latency) {
      if (count == latencies.length) {
        latencies = Arrays.copyOf(latencies, 2 * count);
      }
      latencies[count++] = latency;
    }
  }
}
