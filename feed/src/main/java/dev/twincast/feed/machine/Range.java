package dev.twincast.feed.machine;

/**
 * Messages that follow one another.
 *
 * @param from the first number
 * @param end the number behind the last
 */
public record Range(long from, long end) {
  public Range {
    if (from < 1 || end <= from) {
      throw new IllegalArgumentException("no messages in " + from + " to before " + end);
    }
  }

  /** How many there are. */
  public long count() {
    return end - from;
  }

  /** The number of the last. */
  public long last() {
    return end - 1;
  }

  @Override
  public String toString() {
    return count() == 1 ? "#" + from : "#" + from + "-" + last();
  }
}
