package dev.twincast.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is common to all benches: words that ask for options and tables, and printing these. */
final class Tables {
  private Tables() {}

  /** How a bench prints one of its tables. */
  @FunctionalInterface
  interface Printer {
    void print(String table) throws IOException;
  }

  /** The value that follows an option; both are removed. */
  static Optional<String> option(List<String> words, String name) {
    int at = words.indexOf(name);
    if (at < 0) {
      return Optional.empty();
    }
    words.remove(at);
    if (at == words.size()) {
      throw refuse(name + " needs a value");
    }
    return Optional.of(words.remove(at));
  }

  /** As {@link #option}, of a number that is not negative. */
  static Optional<Integer> number(List<String> words, String name) {
    return option(words, name)
        .map(text -> {
          if (!text.matches("[0-9]{1,9}")) {
            throw refuse(name + " needs a number");
          }
          return Integer.valueOf(text);
        });
  }

  /** Whether a name begins with one of several beginnings, between which are commas. */
  static boolean isOneOf(String beginnings, String name) {
    return Stream.of(beginnings.split(",", -1)).anyMatch(name::startsWith);
  }

  /**
   * Prints the tables that are asked for, without words all of them, and ends the program. One that
   * fails does not keep the others from being printed.
   */
  static void print(List<String> words, List<String> all, Printer printer) throws IOException {
    for (String word : words) {
      if (!all.contains(word)) {
        throw refuse("no table \"" + word + "\"; there are: " + String.join(" ", all));
      }
    }
    Markdown.machine();
    boolean failed = false;
    for (String table : words.isEmpty() ? all : words) {
      try {
        printer.print(table);
      } catch (IOException e) {
        System.err.println(table + ": " + e.getMessage());
        failed = true;
      }
    }
    System.exit(failed ? 1 : 0);
  }

  /** Ends the program with the word for a wrong command line; does not return. */
  static AssertionError refuse(String message) {
    System.err.println(message);
    System.exit(2);
    return new AssertionError(message);
  }
}
