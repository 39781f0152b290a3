package dev.twincast.bench;

import dev.twincast.bench.Trial.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Prints the tables of docs/measurements.md: {@code bench/run multicast [--quick] [--turns N]
 * [--size BYTES] [--receivers COUNT] [TABLE ...]}.
 *
 * <p>Contenders of one table take turns (A B C, A B C, ...), since a shared machine drifts; a ratio
 * is to the C twin's result of the same turn, and what is printed is the median, with the range in
 * brackets.
 */
final class MulticastBench {
  private static final List<String> TABLES =
      List.of("send", "offload", "split", "single", "receivers", "latency", "loss", "scale");
  static final int[] SIZES = {64, 1400};

  private static final Contender C_SINGLE =
      new Contender("C, one at a time", "c", "single", "poll");
  private static final Contender C_MMSG = new Contender("C, mmsg 64", "c", "mmsg", "mmsg");
  private static final Contender C_GSO = new Contender("C, GSO → GRO", "c", "gso", "gro");
  private static final Contender C_GSO_MMSG =
      new Contender("C, GSO → GRO, recvmmsg 16", "c", "gso", "grommsg");
  private static final Contender C_SPLIT =
      new Contender("C, GSO → recvmmsg 64", "c", "gso", "mmsg");
  private static final Contender NIO = new Contender("NIO", "nio", "single", "poll");
  private static final Contender NETTY_MMSG =
      new Contender("Netty, mmsg 64", "netty", "mmsg", "mmsg");
  private static final Contender NETTY_GSO =
      new Contender("Netty, GSO → GRO", "netty", "gso", "gro");
  private static final Contender NETTY_SPLIT =
      new Contender("Netty, GSO → recvmmsg 64", "netty", "gso", "mmsg");
  private static final Contender OUR_SINGLE =
      new Contender("ours, one at a time", "ours", "single", "handler");
  private static final Contender OUR_BATCH =
      new Contender("ours, batches", "ours", "batch", "handler");
  private static final Contender OUR_FALLBACK =
      new Contender(
          "ours, -Dtwincast.port=nio", "ours", "single", "handler", List.of("-Dtwincast.port=nio"));

  private static final int[] RECEIVERS = {1, 3, 8};

  private final Extent extent;
  private final int[] sizes;
  private final int[] receivers;

  private MulticastBench(Extent extent, int[] sizes, int[] receivers) {
    this.extent = extent;
    this.sizes = sizes;
    this.receivers = receivers;
  }

  /** A contender and the C twin that it is compared with, which is in the same table. */
  private record Entry(Contender contender, Contender twin) {
    String name() {
      return contender.name();
    }
  }

  public static void main(String... args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    List<String> words = new ArrayList<>(List.of(args));
    var bench =
        new MulticastBench(
            Extent.of(words), only(words, "--size", SIZES), only(words, "--receivers", RECEIVERS));
    Tables.print(words, TABLES, bench::print);
  }

  /** The one value that an option gives; without it, all. */
  private static int[] only(List<String> words, String option, int[] all) {
    return Tables.number(words, option).map(number -> new int[] {number}).orElse(all);
  }

  private void print(String table) throws IOException {
    switch (table) {
      case "send" -> send();
      case "offload" -> offload();
      case "split" -> split();
      case "single" -> single();
      case "receivers" -> receivers();
      case "latency" -> latency();
      case "loss" -> LossTable.print(turns());
      case "scale" -> ScaleTable.print(turns());
      default -> throw new AssertionError(table);
    }
  }

  private int turns() {
    return extent.turns(extent.quick() ? 1 : 3);
  }

  private void send() throws IOException {
    Markdown.title("Sending alone, nobody behind the link");
    List<Entry> entries =
        List.of(
            new Entry(C_SINGLE, C_SINGLE),
            new Entry(NIO, C_SINGLE),
            new Entry(OUR_SINGLE, C_SINGLE),
            new Entry(C_MMSG, C_MMSG),
            new Entry(NETTY_MMSG, C_MMSG),
            new Entry(C_GSO, C_GSO),
            new Entry(NETTY_GSO, C_GSO),
            new Entry(OUR_BATCH, C_GSO));
    try (var _ = Network.of(0)) {
      for (int size : sizes) {
        var turns = measure(0, entries, Map.of("size", size));
        Markdown.heading(size + " B", "datagrams/s", "of C", "CPU ns each", "of C");
        for (Entry entry : entries) {
          Markdown.row(
              entry.name(),
              turns.cell(entry.contender(), Outcome::rate, "%,.0f"),
              turns.ratio(entry.contender(), entry.twin(), Outcome::rate),
              turns.cell(entry.contender(), Outcome::senderNanos, "%.0f"),
              turns.ratio(entry.contender(), entry.twin(), Outcome::senderNanos));
        }
      }
    }
  }

  private void offload() throws IOException {
    try (var _ = Network.of(3)) {
      Markdown.title("Delivered to 3 receivers, GSO → GRO (offload on)");
      delivered(
          3,
          List.of(
              new Entry(C_GSO, C_GSO),
              new Entry(C_GSO_MMSG, C_GSO),
              new Entry(NIO, C_GSO),
              new Entry(NETTY_GSO, C_GSO),
              new Entry(OUR_BATCH, C_GSO)));
    }
  }

  private void split() throws IOException {
    try (Network network = Network.of(3)) {
      Markdown.title("Delivered to 3 receivers, GSO, split before the link");
      network.segmentationOffload(false);
      delivered(
          3,
          List.of(
              new Entry(C_SPLIT, C_SPLIT),
              new Entry(NIO, C_SPLIT),
              new Entry(NETTY_SPLIT, C_SPLIT),
              new Entry(OUR_BATCH, C_SPLIT)));
    }
  }

  private void single() throws IOException {
    try (var _ = Network.of(3)) {
      Markdown.title("Delivered to 3 receivers, without offload");
      delivered(
          3,
          List.of(
              new Entry(C_SINGLE, C_SINGLE),
              new Entry(NIO, C_SINGLE),
              new Entry(OUR_SINGLE, C_SINGLE),
              new Entry(OUR_FALLBACK, C_SINGLE),
              new Entry(C_MMSG, C_MMSG),
              new Entry(NETTY_MMSG, C_MMSG)));
    }
  }

  private void receivers() throws IOException {
    List<Entry> entries =
        List.of(
            new Entry(C_SINGLE, C_SINGLE),
            new Entry(OUR_SINGLE, C_SINGLE),
            new Entry(C_GSO, C_GSO),
            new Entry(OUR_BATCH, C_GSO));
    for (int count : receivers) {
      Markdown.title(count == 1 ? "1 receiver" : count + " receivers");
      try (var _ = Network.of(count)) {
        delivered(count, entries);
      }
    }
  }

  private void delivered(int receivers, List<Entry> entries) throws IOException {
    for (int size : sizes) {
      var turns = measure(receivers, entries, Map.of("size", size));
      Markdown.heading(
          size + " B",
          "datagrams/s",
          "of C",
          "sender CPU ns each",
          "of C",
          "receiver CPU ns each",
          "of C",
          "delivered");
      for (Entry entry : entries) {
        Markdown.row(
            entry.name(),
            turns.cell(entry.contender(), Outcome::rate, "%,.0f"),
            turns.ratio(entry.contender(), entry.twin(), Outcome::rate),
            turns.cell(entry.contender(), Outcome::senderNanos, "%.0f"),
            turns.ratio(entry.contender(), entry.twin(), Outcome::senderNanos),
            turns.cell(entry.contender(), Outcome::receiverNanos, "%.0f"),
            turns.ratio(entry.contender(), entry.twin(), Outcome::receiverNanos),
            turns.cell(entry.contender(), outcome -> 100 * outcome.delivered(), "%.2f %%"));
      }
    }
  }

  private void latency() throws IOException {
    Contender blocking = new Contender("C, blocking", "c", "single", "block");
    Contender polling = new Contender("C, polling", "c", "single", "poll");
    Contender nio = new Contender("NIO, blocking", "nio", "single", "block");
    List<Entry> entries =
        List.of(
            new Entry(blocking, blocking),
            new Entry(polling, blocking),
            new Entry(nio, blocking),
            new Entry(OUR_SINGLE, blocking));
    try (var _ = Network.of(3)) {
      Markdown.title("One-way latency, 64 B, the worst of 3 receivers, microseconds");
      for (int rate : new int[] {1_000, 10_000}) {
        int measure = extent.quick() ? 1000 : 3000;
        var turns =
            measure(
                3,
                entries,
                Map.of("size", 64, "rate", rate, "measure", measure, "latency", rate * 4));
        Markdown.heading(
            "%,d/s".formatted(rate),
            "p50",
            "of C",
            "p99",
            "of C",
            "p99.9",
            "CPU µs each: sender",
            "receiver");
        for (Entry entry : entries) {
          Markdown.row(
              entry.name(),
              turns.cell(entry.contender(), outcome -> outcome.latency("p50"), "%.0f"),
              turns.ratio(entry.contender(), entry.twin(), outcome -> outcome.latency("p50")),
              turns.cell(entry.contender(), outcome -> outcome.latency("p99"), "%.0f"),
              turns.ratio(entry.contender(), entry.twin(), outcome -> outcome.latency("p99")),
              turns.cell(entry.contender(), outcome -> outcome.latency("p999"), "%.0f"),
              turns.cell(entry.contender(), outcome -> outcome.senderNanos() / 1e3, "%.1f"),
              turns.cell(entry.contender(), outcome -> outcome.receiverNanos() / 1e3, "%.1f"));
        }
      }
    }
  }

  private Turns<Contender, Outcome> measure(
      int receivers, List<Entry> entries, Map<String, Integer> load) throws IOException {
    List<Contender> contenders = entries.stream().map(Entry::contender).toList();
    return Turns.of(
        turns(),
        contenders,
        contender ->
            Turns.attempt(contender.name() + " " + load, () -> run(receivers, contender, load)));
  }

  private Outcome run(int receivers, Contender contender, Map<String, Integer> load)
      throws IOException {
    Map<String, Integer> settings = new HashMap<>();
    settings.put("warmup", contender.isC() ? 200 : extent.quick() ? 1000 : 2000);
    settings.put("measure", extent.quick() ? 400 : 800);
    settings.putAll(load);
    Outcome outcome = Trial.run(receivers, contender, settings);
    System.err.printf(
        "%-28s %s: %,.0f/s, %.0f / %.0f ns%n",
        contender.name(), load, outcome.rate(), outcome.senderNanos(), outcome.receiverNanos());
    return outcome;
  }
}
