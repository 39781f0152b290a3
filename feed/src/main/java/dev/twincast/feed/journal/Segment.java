package dev.twincast.feed.journal;

/** What is known of one file of a session's messages. Plain state, changed by who owns it. */
final class Segment {
  final SegmentName name;
  final int salt;
  final long createdMillis;
  final boolean startsAnew;
  final SparseIndex index;

  /** Messages from the name's first to before this are here, unless one is yet found damaged. */
  long end;

  /** How far the file has been written. */
  int lengthBytes;

  /** Of a file that was just begun. */
  Segment(SegmentHeader header) {
    this(header.name(), header.salt(), header.createdMillis(), header.startsAnew());
    lengthBytes = SegmentHeader.BYTES;
  }

  private Segment(SegmentName name, int salt, long createdMillis, boolean startsAnew) {
    this.name = name;
    this.salt = salt;
    this.createdMillis = createdMillis;
    this.startsAnew = startsAnew;
    index = new SparseIndex(name.first(), SegmentHeader.BYTES);
    end = name.first();
  }

  /**
   * Of a file whose header is not there or damaged, so that none of its messages can be read; it
   * counts as begun now.
   */
  static Segment withoutHeader(SegmentName name, long createdMillis) {
    return new Segment(name, 0, createdMillis, false);
  }

  boolean hasHeader() {
    return lengthBytes > 0;
  }

  long first() {
    return name.first();
  }

  boolean holds(long number) {
    return number >= first() && number < end;
  }

  boolean isEmpty() {
    return end == first();
  }
}
