package dev.twincast.feed.machine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The gaps of a stream, in order; bounded. */
final class Missing {
  private final int maxGaps;
  private final List<Gap> gaps = new ArrayList<>();
  private long count;

  Missing(int maxGaps) {
    this.maxGaps = maxGaps;
  }

  void clear() {
    gaps.clear();
    count = 0;
  }

  boolean isEmpty() {
    return gaps.isEmpty();
  }

  int size() {
    return gaps.size();
  }

  Gap get(int i) {
    return gaps.get(i);
  }

  /** How many messages are missing. */
  long count() {
    return count;
  }

  /** The first number missing; the one given if none is. */
  long first(long otherwise) {
    return gaps.isEmpty() ? otherwise : gaps.getFirst().from;
  }

  /**
   * Adds a gap behind all others, or makes the last one longer if nothing lies between and it was
   * not asked for yet.
   *
   * @return false: there are too many
   */
  boolean add(long now, long from, long end) {
    Gap last = gaps.isEmpty() ? null : gaps.getLast();
    if (last != null && last.end == from && (last.attempts == 0 || gaps.size() >= maxGaps)) {
      last.end = end;
    } else if (gaps.size() < maxGaps) {
      gaps.add(new Gap(from, end, now, now));
    } else {
      return false;
    }
    count += end - from;
    return true;
  }

  /**
   * Takes note that a message has come.
   *
   * @return the gap that it was missing from; null: it was not missing
   */
  @Nullable Gap fill(long number) {
    int i = indexOf(number);
    return i < 0 ? null : cut(i, number, number + 1);
  }

  /** Gives up a range of which all numbers lie in one gap. */
  void remove(long from, long end) {
    cut(indexOf(from), from, end);
  }

  private Gap cut(int i, long from, long end) {
    Gap gap = gaps.get(i);
    count -= end - from;
    if (end < gap.end && from > gap.from) {
      gaps.add(i + 1, gap.tail(end));
      gap.end = from;
    } else if (end < gap.end) {
      gap.from = end;
    } else if (from > gap.from) {
      gap.end = from;
    } else {
      gaps.remove(i);
    }
    return gap;
  }

  /** Makes two of a gap; the second begins with this number, and was not asked for yet. */
  void split(int i, long number) {
    Gap gap = gaps.get(i);
    gaps.add(i + 1, new Gap(number, gap.end, gap.seenAt, gap.seenAt));
    gap.end = number;
  }

  /** The index of the gap in which a number lies; negative: in none. */
  int indexOf(long number) {
    int low = 0;
    int high = gaps.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Gap gap = gaps.get(middle);
      if (gap.end <= number) {
        low = middle + 1;
      } else if (gap.from > number) {
        high = middle - 1;
      } else {
        return middle;
      }
    }
    return -1;
  }
}
