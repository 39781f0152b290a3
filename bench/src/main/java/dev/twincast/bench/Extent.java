package dev.twincast.bench;

/**
 * How much is measured.
 *
 * @param quick only to see whether it works
 * @param askedTurns 0: as many as a table has by default
 */
record Extent(boolean quick, int askedTurns) {

  /** How many turns, of a table that takes so many by default. */
  int turns(int usual) {
    if (askedTurns > 0) {
      return askedTurns;
    }
    return quick ? Math.min(usual, 2) : usual;
  }
}
