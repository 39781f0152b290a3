package dev.twincast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Prints the anycast tables of docs/measurements.md: {@code bench/run anycast [--quick] [--turns N]
 * [TABLE ...]}.
 *
 * <p>Contenders of one table take turns (A B C, A B C, ...), since a shared machine drifts; a ratio
 * is to the C twin's result of the same turn, and what is printed is the median, with the range in
 * brackets.
 */
final class AnycastBench {
  private AnycastBench() {}

  /** What can be asked for, in the order of the page. */
  private enum Table {
    ECHO,
    CONNECT,
    DIAL,
    CHOICE,
    KILL,
    KILL_FRESH,
    KILL_LONG,
    FREEZE,
    QUEUE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    void print(Extent extent) throws IOException {
      switch (this) {
        case ECHO -> new LoadTable(extent).echo();
        case CONNECT -> new LoadTable(extent).connect();
        case DIAL -> new LoadTable(extent).dial();
        case CHOICE -> new ChoiceTable(extent).print();
        case KILL -> new FailureTable(extent).kill();
        case KILL_FRESH -> new FailureTable(extent).killFresh();
        case KILL_LONG -> new FailureTable(extent).killLong();
        case FREEZE -> new FailureTable(extent).freeze();
        case QUEUE -> QueueTable.print(extent.turns(3));
      }
    }
  }

  public static void main(String... args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    List<String> words = new ArrayList<>(List.of(args));
    boolean quick = words.remove("--quick");
    int turns = takeTurns(words);
    List<Table> tables = new ArrayList<>();
    for (String word : words) {
      tables.add(named(word));
    }
    Markdown.machine();
    boolean failed = false;
    for (Table table : tables.isEmpty() ? List.of(Table.values()) : tables) {
      try {
        table.print(new Extent(quick, turns));
      } catch (IOException e) {
        System.err.println(table + ": " + e.getMessage());
        failed = true;
      }
    }
    System.exit(failed ? 1 : 0);
  }

  /** Takes {@code --turns N} out of the words; 0: none. */
  private static int takeTurns(List<String> words) {
    int option = words.indexOf("--turns");
    if (option < 0) {
      return 0;
    }
    words.remove(option);
    if (option == words.size() || !words.get(option).matches("[1-9][0-9]?")) {
      throw fail("--turns needs a number from 1 to 99");
    }
    return Integer.parseInt(words.remove(option));
  }

  private static Table named(String word) {
    for (Table table : Table.values()) {
      if (table.toString().equals(word)) {
        return table;
      }
    }
    throw fail(
        "no table \""
            + word
            + "\"; there are: "
            + Stream.of(Table.values()).map(Table::toString).collect(Collectors.joining(" ")));
  }

  /** Does not return. */
  private static AssertionError fail(String message) {
    System.err.println(message);
    System.exit(2);
    return new AssertionError(message);
  }
}
