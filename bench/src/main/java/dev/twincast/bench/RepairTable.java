package dev.twincast.bench;

import dev.twincast.bench.Trial.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** How long a subscriber of our feed misses what was lost, once it has seen that. */
final class RepairTable {
  private static final int RECEIVERS = 3;
  private static final List<Load> LOADS =
      List.of(
          new Load(1000, 10, 10_000),
          new Load(1000, 50, 10_000),
          new Load(10_000, 10, 4000),
          new Load(10_000, 50, 4000));

  /**
   * @param rate messages per second
   * @param millis how long it is measured: that some hundreds are lost
   */
  private record Load(int rate, int lossPerMille, int millis) {}

  private RepairTable() {}

  static void print(Extent extent) throws IOException {
    Turns<Load, Outcome> turns;
    try (Network network = Network.of(RECEIVERS)) {
      network.segmentationOffload(false);
      turns =
          Turns.of(
              extent.turns(3),
              LOADS,
              load -> Turns.attempt("ours " + load, () -> run(load, extent)));
    }
    Markdown.title(
        "Repair, ours, 64 B, split, the worst of 3 receivers, microseconds since a gap was seen");
    Markdown.heading(
        "messages/s, loss",
        "repairs",
        "until answered: p50",
        "p99",
        "p99.9",
        "until delivered: p50",
        "p99",
        "p99.9");
    for (Load load : LOADS) {
      Markdown.row(
          "%,d, %d %%".formatted(load.rate, load.lossPerMille / 10),
          turns.cell(load, it -> it.receivers().getFirst().number("repairs"), "%,.0f"),
          turns.cell(load, it -> it.latency("answered50"), "%,.0f"),
          turns.cell(load, it -> it.latency("answered99"), "%,.0f"),
          turns.cell(load, it -> it.latency("answered999"), "%,.0f"),
          turns.cell(load, it -> it.latency("delivered50"), "%,.0f"),
          turns.cell(load, it -> it.latency("delivered99"), "%,.0f"),
          turns.cell(load, it -> it.latency("delivered999"), "%,.0f"));
    }
  }

  private static Outcome run(Load load, Extent extent) throws IOException {
    FeedBench.dropAtRandom(RECEIVERS, 0);
    return Trial.run(
        RECEIVERS,
        FeedContender.OURS,
        Map.of(
            "size",
            64,
            "rate",
            load.rate,
            "window",
            0,
            "warmup",
            extent.quick() ? 1000 : 5000,
            "measure",
            extent.quick() ? load.millis / 4 : load.millis),
        () -> FeedBench.dropAtRandom(RECEIVERS, load.lossPerMille));
  }
}
