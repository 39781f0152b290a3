package dev.twincast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** What a publisher, a subscriber and a recorder cost at 10,000/s, and in the silence after. */
final class IdleTable {
  private static final int RECEIVERS = 3;

  /** In the namespace of a fourth receiver. */
  private static final int RECORDER = RECEIVERS + 1;

  private static final long SECOND = 1_000_000_000;
  private static final long PATIENCE_NANOS = 60 * SECOND;

  /**
   * Shares of a core. Without a recorder NaN is in its place.
   *
   * @param subscriber the mean of all
   */
  private record Cost(double publisher, double subscriber, double recorder) {}

  private record Result(Cost busy, Cost silent) {}

  private IdleTable() {}

  static void print(Extent extent, String only) throws IOException {
    List<Contender> contenders = new ArrayList<>(List.of(FeedContender.OURS, FeedContender.AERON));
    contenders.removeIf(contender -> !Tables.isOneOf(only, contender.name()));
    int silentSeconds = extent.quick() ? 5 : 20;
    Turns<Contender, Result> turns;
    try (Network network = Network.of(RECORDER)) {
      network.segmentationOffload(false);
      turns =
          Turns.of(
              extent.turns(3), contenders, contender -> Optional.of(run(contender, silentSeconds)));
    }
    Markdown.title(
        "CPU in %% of a core, 64 B, 3 subscribers and our recorder; silent: %d s after use"
            .formatted(silentSeconds));
    Markdown.heading(
        "",
        "10,000/s: publisher",
        "of Aeron",
        "subscriber",
        "of Aeron",
        "recorder",
        "silent: publisher",
        "subscriber",
        "recorder");
    for (Contender contender : contenders) {
      boolean hasRecorder = contender.equals(FeedContender.OURS);
      Markdown.row(
          contender.name(),
          turns.cell(contender, it -> it.busy.publisher * 100, "%.1f"),
          turns.ratio(contender, FeedContender.AERON, it -> it.busy.publisher),
          turns.cell(contender, it -> it.busy.subscriber * 100, "%.1f"),
          turns.ratio(contender, FeedContender.AERON, it -> it.busy.subscriber),
          hasRecorder ? turns.cell(contender, it -> it.busy.recorder * 100, "%.1f") : "–",
          turns.cell(contender, it -> it.silent.publisher * 100, "%.2f"),
          turns.cell(contender, it -> it.silent.subscriber * 100, "%.2f"),
          hasRecorder ? turns.cell(contender, it -> it.silent.recorder * 100, "%.2f") : "–");
    }
  }

  private static Result run(Contender contender, int silentSeconds) throws IOException {
    FeedBench.dropAtRandom(RECEIVERS, 0);
    Map<String, Integer> settings =
        Map.of(
            "size", 64,
            "rate", 10_000,
            "window", 0,
            "warmup", 5000,
            "measure", 3000,
            "silence", (silentSeconds + 2) * 1000);
    List<Child> recorders = new ArrayList<>();
    Result[] result = new Result[1];
    try {
      Trial.run(
          RECEIVERS,
          contender,
          settings,
          () -> {
            if (contender.equals(FeedContender.OURS)) {
              recorders.add(record());
            }
          },
          (shared, processes) -> {
            long[] pids =
                LongStream.concat(
                        processes.stream().mapToLong(Process::pid),
                        recorders.stream().mapToLong(Child::pid))
                    .toArray();
            awaitPhase(shared, SharedFile.MEASURING, processes);
            Cost busy = measure(pids, () -> awaitPhase(shared, SharedFile.STOPPED, processes));
            sleep(SECOND);
            result[0] = new Result(busy, measure(pids, () -> sleep(silentSeconds * SECOND)));
          });
    } finally {
      recorders.forEach(Child::close);
    }
    System.err.println(contender.name() + ": " + result[0]);
    return result[0];
  }

  private static Child record() throws IOException {
    List<String> command = new ArrayList<>(Contender.JVM);
    command.addAll(
        List.of(Program.class.getName(), "feed", "record", "group=239.1.2.3", "port=5000"));
    Child child = Child.start(Network.inReceiver(RECORDER, command));
    child.await("ready");
    return child;
  }

  private static Cost measure(long[] pids, Trial.Preparation meanwhile) throws IOException {
    long begun = System.nanoTime();
    long[] before = Arrays.stream(pids).map(Kernel::cpuNanos).toArray();
    meanwhile.run();
    double nanos = System.nanoTime() - begun;
    double[] shares = new double[pids.length];
    for (int i = 0; i < pids.length; i++) {
      shares[i] = (Kernel.cpuNanos(pids[i]) - before[i]) / nanos;
    }
    return new Cost(
        shares[RECEIVERS],
        Arrays.stream(shares).limit(RECEIVERS).average().orElse(Double.NaN),
        shares.length > RECORDER ? shares[RECORDER] : Double.NaN);
  }

  private static void awaitPhase(SharedFile shared, int phase, List<Process> processes)
      throws IOException {
    long begun = System.nanoTime();
    while (shared.phase() < phase) {
      if (!processes.stream().allMatch(Process::isAlive)
          || System.nanoTime() - begun > PATIENCE_NANOS) {
        throw new IOException("one of them did not come so far");
      }
      sleep(SECOND / 500);
    }
  }

  private static void sleep(long nanos) {
    Kernel.sleepUntil(System.nanoTime() + nanos);
  }
}
