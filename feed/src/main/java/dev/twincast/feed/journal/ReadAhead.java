package dev.twincast.feed.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A few cursors, so that several replays are each read on from where they are. What uses them in
 * turn should read many messages in a turn: with more replays than cursors, each begins with a
 * block to be read again.
 */
final class ReadAhead {
  private static final int MAX_CURSORS = 16;

  private final Disk disk;
  private final Records records;
  private final Blocks blocks;
  private final List<Cursor> cursors = new ArrayList<>();
  private long uses;

  ReadAhead(Disk disk, Records records, Blocks blocks) {
    this.disk = disk;
    this.records = records;
    this.blocks = blocks;
  }

  /**
   * A cursor with this message of the segment loaded; null if a damaged record is met before, which
   * is then where the segment ends.
   */
  @Nullable Cursor at(Segment segment, long number) throws IOException {
    Cursor cursor = nearest(segment, number);
    if (cursor == null || number - cursor.number() > 1) {
      cursor = nearer(cursor, segment, number);
    }
    cursor.lastUse = ++uses;
    while (cursor.load()) {
      if (cursor.number() == number) {
        return cursor;
      }
      cursor.step();
    }
    segment.end = cursor.number();
    return null;
  }

  /** The cursor, unless the index knows a place nearer to the number. */
  private Cursor nearer(@Nullable Cursor cursor, Segment segment, long number) throws IOException {
    int place = segment.index.floor(number);
    if (cursor != null && cursor.number() >= segment.index.number(place)) {
      return cursor;
    }
    Cursor other = idle();
    other.jump(disk, segment, place);
    return other;
  }

  private @Nullable Cursor nearest(Segment segment, long number) {
    Cursor nearest = null;
    for (Cursor cursor : cursors) {
      if (cursor.isIn(segment)
          && cursor.number() <= number
          && (nearest == null || cursor.number() > nearest.number())) {
        nearest = cursor;
      }
    }
    return nearest;
  }

  /** A new cursor, or the one that has not been used for the longest time. */
  private Cursor idle() {
    if (cursors.size() < MAX_CURSORS) {
      cursors.add(new Cursor(records, blocks.take()));
      return cursors.getLast();
    }
    return Collections.min(cursors, Comparator.comparingLong(cursor -> cursor.lastUse));
  }

  /** Lets go of a file that is about to go. */
  void forget(Segment segment) throws IOException {
    for (Cursor cursor : cursors) {
      if (cursor.isIn(segment)) {
        cursor.close();
      }
    }
  }

  void close() throws IOException {
    for (Cursor cursor : cursors) {
      cursor.close();
    }
  }
}
