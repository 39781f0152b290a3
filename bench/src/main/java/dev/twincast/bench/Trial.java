package dev.twincast.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One run of one contender: starts the receivers, then the sender; ends when all have ended. */
final class Trial {
  private static final Path SHARED = Path.of("/dev/shm/tw-bench");
  private static final long DEADLINE_SECONDS = 60;

  private static final Map<String, Object> DEFAULTS =
      Map.of(
          "group", "239.1.2.3",
          "port", 5000,
          "shared", SHARED,
          "buffer", 4 << 20,
          "window", 2048,
          "rate", 0,
          "latency", 0,
          "pause", 0);

  private Trial() {}

  /**
   * @param settings for both sides, see README.md; more than, or instead of, the defaults
   * @throws IOException if a program fails, or takes a minute
   */
  static Outcome run(int receivers, Contender contender, Map<String, Integer> settings)
      throws IOException {
    return run(receivers, contender, settings, () -> {});
  }

  /** What is done between the start of receivers, who are ready then, and that of the sender. */
  @FunctionalInterface
  interface Preparation {
    void run() throws IOException;
  }

  static Outcome run(
      int receivers, Contender contender, Map<String, Integer> settings, Preparation whenReady)
      throws IOException {
    return run(receivers, contender, settings, whenReady, (_, _) -> {});
  }

  /** Looks on while a trial runs. */
  @FunctionalInterface
  interface Onlooker {
    /**
     * Is called when all have been started.
     *
     * @param processes the receivers, then the sender
     */
    void watch(SharedFile shared, List<Process> processes) throws IOException;
  }

  static Outcome run(
      int receivers,
      Contender contender,
      Map<String, Integer> settings,
      Preparation whenReady,
      Onlooker onlooker)
      throws IOException {
    Files.deleteIfExists(SHARED);
    SharedFile shared = SharedFile.create(SHARED, receivers);
    List<Process> processes = new ArrayList<>();
    try {
      for (int receiver = 1; receiver <= receivers; receiver++) {
        List<String> command = withSettings(contender.receiver(), settings, receivers);
        command.add("slot=" + receiver);
        processes.add(start(Network.inReceiver(receiver, command)));
      }
      awaitReady(shared, processes);
      whenReady.run();
      processes.add(start(Network.inSender(withSettings(contender.sender(), settings, receivers))));
      onlooker.watch(shared, List.copyOf(processes));
      List<Values> results = processes.stream().map(Trial::result).toList();
      return new Outcome(results.getLast(), results.subList(0, receivers));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      processes.forEach(Process::destroyForcibly);
      Files.deleteIfExists(SHARED);
    }
  }

  /** What all sides said at their end. */
  record Outcome(Values sender, List<Values> receivers) {

    /** Datagrams per second at the slowest receiver; without one, at the sender. */
    double rate() {
      return sides()
          .mapToDouble(side -> 1e9 * side.number("measured") / side.number("nanos"))
          .min()
          .orElseThrow();
    }

    double senderNanos() {
      return nanosEach(sender);
    }

    /** Mean of the receivers. */
    double receiverNanos() {
      return receivers.stream().mapToDouble(Outcome::nanosEach).average().orElse(Double.NaN);
    }

    /** Share of all that was sent, at the receiver that got least. */
    double delivered() {
      return receivers.stream().mapToLong(side -> side.number("received")).min().orElse(0)
          / (double) sender.number("sent");
    }

    /** Microseconds at the worst receiver. */
    double latency(String percentile) {
      return receivers.stream().mapToLong(side -> side.number(percentile)).max().orElseThrow()
          / 1e3;
    }

    private Stream<Values> sides() {
      return receivers.isEmpty() ? Stream.of(sender) : receivers.stream();
    }

    private static double nanosEach(Values side) {
      return side.number("cpu") / (double) side.number("measured");
    }
  }

  private static List<String> withSettings(
      List<String> command, Map<String, Integer> settings, int receivers) {
    Map<String, Object> all = new HashMap<>(DEFAULTS);
    all.putAll(settings);
    all.put("receivers", receivers);
    List<String> complete = new ArrayList<>(command);
    all.forEach((key, value) -> complete.add(key + "=" + value));
    return complete;
  }

  private static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static void awaitReady(SharedFile shared, List<Process> receivers) throws IOException {
    long begin = System.nanoTime();
    while (!shared.areAll(receivers.size(), SharedFile.READY)) {
      if (!receivers.stream().allMatch(Process::isAlive)
          || System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS)) {
        throw new IOException("a receiver did not start");
      }
      Kernel.sleepUntil(System.nanoTime() + 5_000_000);
    }
  }

  private static Values result(Process process) {
    try {
      process.onExit().orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS).join();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new UncheckedIOException(new IOException("exit code " + process.exitValue()));
      }
      return Values.parse(output.strip().lines().toList().getLast());
    } catch (CompletionException e) {
      throw new UncheckedIOException(new IOException("not done in a minute", e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
