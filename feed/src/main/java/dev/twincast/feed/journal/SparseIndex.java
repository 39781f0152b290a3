package dev.twincast.feed.journal;

import java.util.Arrays;

/**
 * Where some of a segment's records begin: one in {@value #SPACING_BYTES} bytes, as far as it was
 * told of them in order. Those between are found by walking.
 */
final class SparseIndex {
  static final int SPACING_BYTES = 64 * 1024;

  private final long first;
  private int[] numbers = new int[4]; // less the first
  private int[] offsets = new int[4];
  private int count = 1;

  /** Of a segment whose first record has this number and begins at this offset. */
  SparseIndex(long first, int offset) {
    this.first = first;
    offsets[0] = offset;
  }

  /** A record begins there; only told, not kept, if it is near one that is, or before. */
  void add(long number, int offset) {
    if (offset - offsets[count - 1] < SPACING_BYTES) {
      return;
    }
    if (count == offsets.length) {
      numbers = Arrays.copyOf(numbers, 2 * count);
      offsets = Arrays.copyOf(offsets, 2 * count);
    }
    numbers[count] = (int) (number - first);
    offsets[count] = offset;
    count++;
  }

  /** The place of the last record known that has at most this number. */
  int floor(long number) {
    int place =
        Arrays.binarySearch(numbers, 0, count, (int) Math.min(number - first, Integer.MAX_VALUE));
    return place >= 0 ? place : -place - 2;
  }

  long number(int place) {
    return first + numbers[place];
  }

  int offset(int place) {
    return offsets[place];
  }
}
