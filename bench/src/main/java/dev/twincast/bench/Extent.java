package dev.twincast.bench;

import java.util.List;

/**
 * How much is measured.
 *
 * @param quick only to see whether it works
 * @param askedTurns 0: as many as a table has by default
 */
record Extent(boolean quick, int askedTurns) {

  /** What {@code --quick} and {@code --turns N} ask for, which are removed. */
  static Extent of(List<String> words) {
    return new Extent(
        words.remove("--quick"), Tables.option(words, "--turns").map(Extent::turns).orElse(0));
  }

  private static int turns(String text) {
    if (!text.matches("[1-9][0-9]?")) {
      throw Tables.refuse("--turns needs a number from 1 to 99");
    }
    return Integer.parseInt(text);
  }

  /** How many turns, of a table that takes so many by default. */
  int turns(int usual) {
    if (askedTurns > 0) {
      return askedTurns;
    }
    return quick ? Math.min(usual, 2) : usual;
  }
}
