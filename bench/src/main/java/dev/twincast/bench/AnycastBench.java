package dev.twincast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Prints the anycast tables of docs/measurements.md: {@code bench/run anycast [--quick] [--turns N]
 * [TABLE ...]}.
 *
 * <p>Contenders of one table take turns (A B C, A B C, ...), since a shared machine drifts; a ratio
 * is to the C twin's result of the same turn, and what is printed is the median, with the range in
 * brackets.
 */
final class AnycastBench {
  private static final List<String> TABLES =
      List.of(
          "echo",
          "connect",
          "dial",
          "choice",
          "kill",
          "kill-fresh",
          "kill-long",
          "freeze",
          "queue");

  private AnycastBench() {}

  public static void main(String... args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    List<String> words = new ArrayList<>(List.of(args));
    Extent extent = Extent.of(words);
    Tables.print(words, TABLES, table -> print(table, extent));
  }

  private static void print(String table, Extent extent) throws IOException {
    switch (table) {
      case "echo" -> new LoadTable(extent).echo();
      case "connect" -> new LoadTable(extent).connect();
      case "dial" -> new LoadTable(extent).dial();
      case "choice" -> new ChoiceTable(extent).print();
      case "kill" -> new FailureTable(extent).kill();
      case "kill-fresh" -> new FailureTable(extent).killFresh();
      case "kill-long" -> new FailureTable(extent).killLong();
      case "freeze" -> new FailureTable(extent).freeze();
      case "queue" -> QueueTable.print(extent.turns(3));
      default -> throw new AssertionError(table);
    }
  }
}
