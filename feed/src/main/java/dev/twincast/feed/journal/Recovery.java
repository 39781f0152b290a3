package dev.twincast.feed.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds out what a run before has left of a session, however it ended. */
final class Recovery {
  private final SegmentFiles files;
  private final List<Segment> segments = new ArrayList<>();
  private long used;

  Recovery(SegmentFiles files) {
    this.files = files;
  }

  /** The segments that count, of those with these names in the order of their first numbers. */
  List<Segment> recover(List<SegmentName> names) throws IOException {
    for (SegmentName name : names) {
      segments.add(files.open(name));
    }
    dropForgotten();
    findEnds();
    return segments;
  }

  /** Behind the last number that is known to have been used, though it may be damaged. */
  long used() {
    return used;
  }

  /** Those before one that starts anew: deleting them was not finished. */
  private void dropForgotten() throws IOException {
    int start = segments.size() - 1;
    while (start > 0 && !segments.get(start).startsAnew) {
      start--;
    }
    for (; start > 0; start--) {
      files.delete(segments.removeFirst());
    }
  }

  private void findEnds() throws IOException {
    for (int i = 0; i < segments.size() - 1; i++) {
      if (segments.get(i).hasHeader()) {
        segments.get(i).end = segments.get(i + 1).first();
      }
    }
    Segment last = segments.getLast();
    used = last.hasHeader() ? files.recoverEnd(last) : last.end;
  }
}
