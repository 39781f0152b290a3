package dev.twincast.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The client of {@link ChoiceTable}: goes several ways in turn, and prints a line for each time. A
 * way is {@code PORT,...:PID,...}: whom to ask, and whose CPU time to count.
 */
final class ChoiceProgram {
  private static final int SHORT_MILLIS = 50;
  private static final int TIMEOUT_MILLIS = 1000;

  private ChoiceProgram() {}

  private record Way(Caller caller, List<Long> pids) {

    static Way parse(String text) {
      String[] parts = text.split(":", -1);
      return new Way(
          OurCaller.of(
              OurCaller.client("plain", LoadProgram.addresses(parts[0]), TIMEOUT_MILLIS), "plain"),
          Stream.of(parts[1].split(",", -1)).map(Long::valueOf).toList());
    }

    String go(int workers, Thread.Builder thread, long warmMillis, long millis)
        throws InterruptedException {
      long[] before = new long[1];
      String result =
          new Workers(() -> caller, 0, warmMillis, millis)
              .work(workers, thread, () -> before[0] = cpuNanos());
      return result + " cpu=" + (cpuNanos() - before[0]);
    }

    private long cpuNanos() {
      return pids.stream().mapToLong(Kernel::cpuNanos).sum();
    }
  }

  static void run(Values settings) throws InterruptedException {
    List<Way> ways = new ArrayList<>();
    for (String way : settings.text("ways").split("/", -1)) {
      ways.add(Way.parse(way));
    }
    int workers = settings.integer("workers");
    Thread.Builder thread =
        settings.text("threads").equals("virtual") ? Thread.ofVirtual() : Thread.ofPlatform();
    for (Way way : ways) {
      var _ = way.go(workers, thread, settings.number("warmup"), 1);
    }
    for (int turn = 0; turn < settings.integer("turns"); turn++) {
      for (Way way : ways) {
        System.out.println(way.go(workers, thread, SHORT_MILLIS, settings.number("measure")));
      }
    }
    System.exit(0);
  }
}
