package dev.twincast.bench;

import dev.twincast.bench.Trial.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Prints the tables of docs/measurements.md, "Feed": {@code bench/run feed [--quick] [--turns N]
 * [--only NAME,...] [--size BYTES] [--size-mb MB] [--receivers N] [TABLE ...]}.
 *
 * <p>A run that loses a message fails, whatever its speed. Contenders take turns; a ratio is to
 * Aeron of the same turn.
 */
final class FeedBench {
  private static final List<String> TABLES =
      List.of(
          "offload", "split", "loss1", "loss5", "latency", "repair", "replay", "journal", "idle",
          "growth", "file");

  private static final List<Integer> SIZES = List.of(64, 1024);
  private static final List<Integer> RECEIVERS = List.of(1, 3, 8, 16);

  private final Extent extent;
  private final String only;
  private final List<Integer> sizes;
  private final List<Integer> megabytes;
  private final List<Integer> receivers;

  private FeedBench(
      Extent extent,
      String only,
      List<Integer> sizes,
      List<Integer> megabytes,
      List<Integer> receivers) {
    this.extent = extent;
    this.only = only;
    this.sizes = sizes;
    this.megabytes = megabytes;
    this.receivers = receivers;
  }

  public static void main(String... args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    List<String> words = new ArrayList<>(List.of(args));
    Extent extent = Extent.of(words);
    var bench =
        new FeedBench(
            extent,
            Tables.option(words, "--only").orElse(""),
            Tables.number(words, "--size").map(List::of).orElse(SIZES),
            Tables.number(words, "--size-mb").map(List::of).orElse(FileTable.megabytes(extent)),
            Tables.number(words, "--receivers").map(List::of).orElse(RECEIVERS));
    Tables.print(words, TABLES, bench::print);
  }

  private void print(String table) throws IOException {
    switch (table) {
      case "offload" -> throughput("offload on, no loss", true, 0);
      case "split" -> throughput("split before the link, no loss", false, 0);
      case "loss1" -> throughput("split, 1 % loss at each", false, 10);
      case "loss5" -> throughput("split, 5 % loss at each", false, 50);
      case "latency" -> latency();
      case "repair" -> RepairTable.print(extent);
      case "replay" -> ReplayTable.print(extent);
      case "journal" -> JournalTable.print(extent, sizes);
      case "idle" -> IdleTable.print(extent, only);
      case "file" -> FileTable.print(extent, only, megabytes);
      case "growth" -> GrowthTable.print(extent, sizes, receivers);
      default -> throw new AssertionError(table);
    }
  }

  private void throughput(String how, boolean offload, int lossPerMille) throws IOException {
    try (Network network = Network.of(3)) {
      network.segmentationOffload(offload);
      for (int size : sizes) {
        Markdown.title("Messages of %d B to 3 receivers, %s".formatted(size, how));
        List<Contender> contenders =
            new ArrayList<>(List.of(FeedContender.OURS, FeedContender.AERON));
        // A filter sees them put together again: it would not lose them as a network does.
        if (size > 1000 && lossPerMille == 0) {
          contenders.add(1, FeedContender.OURS_FRAGMENTS);
          contenders.add(FeedContender.AERON_FRAGMENTS);
        }
        contenders.add(FeedContender.JGROUPS);
        if (lossPerMille == 0) {
          contenders.add(FeedContender.packets(offload));
        }
        if (!offload) {
          contenders.add(FeedContender.NORM); // which has no use for it
        }
        removeOthers(contenders);
        var turns = measure(3, contenders, lossPerMille, Map.of("size", size));
        Markdown.heading(
            "",
            "messages/s",
            "MB/s",
            "of Aeron",
            "CPU µs each: publisher",
            "subscriber",
            "MB held: publisher",
            "subscriber");
        for (Contender contender : contenders) {
          Markdown.row(
              contender.name(),
              turns.cell(contender, it -> it.number("rate"), "%,.0f"),
              turns.cell(contender, it -> it.number("rate") * size / 1e6, "%.1f"),
              turns.ratio(contender, FeedContender.AERON, it -> it.number("rate")),
              turns.cell(contender, it -> it.number("publisherNanos") / 1e3, "%.2f"),
              turns.cell(contender, it -> it.number("subscriberNanos") / 1e3, "%.2f"),
              turns.cell(contender, it -> it.number("publisherBytes") / 1e6, "%.0f"),
              turns.cell(contender, it -> it.number("subscriberBytes") / 1e6, "%.0f"));
        }
      }
    }
  }

  private void latency() throws IOException {
    try (Network network = Network.of(3)) {
      network.segmentationOffload(false);
      Contender twin = new Contender("C, blocking", "c", "single", "block");
      for (int lossPerMille : new int[] {0, 10, 50}) {
        Markdown.title(
            "One-way latency, 64 B, 10,000/s, the worst of 3 receivers, microseconds, %d %% loss"
                .formatted(lossPerMille / 10));
        List<Contender> contenders =
            new ArrayList<>(List.of(FeedContender.OURS, FeedContender.AERON, FeedContender.NORM));
        if (lossPerMille == 0) {
          contenders.addFirst(twin);
          contenders.add(FeedContender.JGROUPS);
        }
        removeOthers(contenders);
        int measure = extent.quick() ? 1000 : 3000;
        var turns =
            measure(
                3,
                contenders,
                lossPerMille,
                Map.of("size", 64, "rate", 10_000, "measure", measure, "latency", 40_000));
        Markdown.heading("", "p50", "of C", "p99", "p99.9", "CPU %: publisher", "subscriber");
        for (Contender contender : contenders) {
          Markdown.row(
              contender.name(),
              turns.cell(contender, it -> it.number("p50") / 1e3, "%.0f"),
              turns.ratio(contender, twin, it -> it.number("p50")),
              turns.cell(contender, it -> it.number("p99") / 1e3, "%.0f"),
              turns.cell(contender, it -> it.number("p999") / 1e3, "%.0f"),
              turns.cell(
                  contender, it -> it.number("publisherNanos") * it.number("rate") / 1e7, "%.1f"),
              turns.cell(
                  contender, it -> it.number("subscriberNanos") * it.number("rate") / 1e7, "%.1f"));
        }
      }
    }
  }

  private void removeOthers(List<Contender> contenders) {
    contenders.removeIf(contender -> !Tables.isOneOf(only, contender.name()));
    if (!FeedContender.hasNorm()) {
      contenders.remove(FeedContender.NORM);
    }
  }

  private Turns<Contender, Values> measure(
      int receivers, List<Contender> contenders, int lossPerMille, Map<String, Integer> load)
      throws IOException {
    return Turns.of(
        extent.turns(3),
        contenders,
        contender ->
            Turns.attempt(
                contender.name() + " " + load,
                () -> run(receivers, contender, lossPerMille, load)));
  }

  private Values run(
      int receivers, Contender contender, int lossPerMille, Map<String, Integer> load)
      throws IOException {
    Map<String, Integer> settings = new HashMap<>();
    settings.put("warmup", contender.isNative() ? 200 : extent.quick() ? 1000 : 10_000);
    settings.put("measure", extent.quick() ? 500 : 1500);
    settings.put("window", 0);
    settings.putAll(load);
    int perPacket = 1;
    if (contender.sending().equals("gso")) {
      int size = Objects.requireNonNull(load.get("size"));
      perPacket = FeedContender.messagesInPacket(size);
      settings.put("size", FeedContender.packetBytes(size));
      settings.remove("window");
    }
    dropAtRandom(receivers, 0);
    Outcome outcome =
        Trial.run(receivers, contender, settings, () -> dropAtRandom(receivers, lossPerMille));
    Values result = result(outcome, perPacket, settings.containsKey("latency"));
    System.err.println(contender.name() + " " + load + ": " + result);
    return result;
  }

  /**
   * @param messages in each of what both sides counted
   */
  private static Values result(Outcome outcome, int messages, boolean hasLatency) {
    Map<String, String> map = new HashMap<>();
    map.put("rate", text(outcome.rate() * messages));
    map.put("publisherNanos", text(outcome.senderNanos() / messages));
    map.put("subscriberNanos", text(outcome.receiverNanos() / messages));
    map.put("publisherBytes", outcome.sender().text("rss"));
    map.put(
        "subscriberBytes",
        text(outcome.receivers().stream().mapToDouble(it -> it.number("rss")).max().orElse(0)));
    if (hasLatency) {
      for (String percentile : List.of("p50", "p99", "p999")) {
        map.put(percentile, text(outcome.latency(percentile) * 1e3));
      }
    }
    return new Values(map);
  }

  private static String text(double value) {
    return Double.isFinite(value) ? Long.toString(Math.round(value)) : "0";
  }

  /** Of all UDP that arrives, repairs included; independent at each receiver. */
  static void dropAtRandom(int receivers, int perMille) throws IOException {
    String rule =
        perMille == 0
            ? ""
            : "table ip bench { chain input { type filter hook input priority 0;"
                + " meta l4proto udp numgen random mod 1000 < %d counter drop; }; }"
                    .formatted(perMille);
    for (int receiver = 1; receiver <= receivers; receiver++) {
      Network.run(Network.inReceiver(receiver, List.of("nft", "flush ruleset; " + rule)));
    }
  }
}
