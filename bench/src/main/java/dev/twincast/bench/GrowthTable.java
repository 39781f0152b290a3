package dev.twincast.bench;

import dev.twincast.bench.Trial.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How our feed grows with its subscribers, each a process in a namespace. */
final class GrowthTable {
  /**
   * Sixteen subscribers are seventeen JVMs: the better compiler would be busy, on the cores that
   * are measured, for longer than all of it takes. A small heap, since each has one.
   */
  private static final Contender OURS =
      new Contender("ours", "feed", "feed", "feed", List.of("-XX:TieredStopAtLevel=1", "-Xms32m"));

  private record Load(int size, int receivers, int lossPerMille) {}

  private GrowthTable() {}

  static void print(Extent extent, List<Integer> sizes, List<Integer> receivers)
      throws IOException {
    List<Load> loads = new ArrayList<>();
    for (int size : sizes) {
      for (int lossPerMille : new int[] {0, 10}) {
        receivers.forEach(count -> loads.add(new Load(size, count, lossPerMille)));
      }
    }
    Turns<Load, Outcome> turns =
        Turns.of(
            extent.turns(3), loads, load -> Turns.attempt("ours " + load, () -> run(load, extent)));
    Markdown.title("Growth with subscribers, ours, split, compiled by C1");
    Markdown.heading(
        "subscribers, size, loss",
        "messages/s",
        "MB/s",
        "delivered/s to all",
        "CPU µs each: publisher",
        "subscriber");
    for (Load load : loads) {
      Markdown.row(
          "%d, %,d B, %d %%".formatted(load.receivers, load.size, load.lossPerMille / 10),
          turns.cell(load, Outcome::rate, "%,.0f"),
          turns.cell(load, it -> it.rate() * load.size / 1e6, "%.1f"),
          turns.cell(load, it -> it.rate() * load.receivers, "%,.0f"),
          turns.cell(load, it -> it.senderNanos() / 1e3, "%.2f"),
          turns.cell(load, it -> it.receiverNanos() / 1e3, "%.2f"));
    }
  }

  private static Outcome run(Load load, Extent extent) throws IOException {
    try (Network network = Network.of(load.receivers)) {
      network.segmentationOffload(false);
      Outcome outcome =
          Trial.run(
              load.receivers,
              OURS,
              Map.of(
                  "size",
                  load.size,
                  "window",
                  0,
                  "warmup",
                  extent.quick() ? 1000 : 2000,
                  "measure",
                  extent.quick() ? 500 : 1500),
              () -> FeedBench.dropAtRandom(load.receivers, load.lossPerMille));
      System.err.println("ours " + load + ": " + Math.round(outcome.rate()) + "/s");
      return outcome;
    }
  }
}
