package dev.twincast.cli;

/**
 * How fast to send, at most.
 *
 * @param perSecond datagrams, or bits of messages
 */
record Rate(long perSecond, Unit unit) {
  enum Unit {
    DATAGRAMS,
    BITS
  }

  /** {@code 100}, {@code 100/s}, {@code 20k/s}; {@code 10Mbit/s}, {@code 1Gbit/s}. */
  static Rate parse(String text) {
    Unit unit = text.contains("bit") ? Unit.BITS : Unit.DATAGRAMS;
    double perSecond =
        unit == Unit.BITS ? Quantities.bitsPerSecond(text) : Quantities.perSecond(text);
    if (perSecond < 1) {
      throw new IllegalArgumentException("'" + text + "' is less than one in a second");
    }
    return new Rate((long) perSecond, unit);
  }
}
