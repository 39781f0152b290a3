package dev.twincast.feed.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Begins, opens, recovers and deletes segments on a disk. */
final class SegmentFiles {
  private static final String UNNAMED = "new";

  private final Disk disk;
  private final JournalSettings settings;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Records records = new Records();
  private final Blocks blocks = new Blocks();
  private final ReadAhead readAhead;

  SegmentFiles(Disk disk, JournalSettings settings, InstantSource clock, RandomGenerator random) {
    this.disk = disk;
    this.settings = settings;
    this.clock = clock;
    this.random = random;
    readAhead = new ReadAhead(disk, records, blocks);
  }

  Fsync fsync() {
    return settings.fsync();
  }

  /** The time, in milliseconds since 1970. */
  long millis() {
    return clock.millis();
  }

  ReadAhead readAhead() {
    return readAhead;
  }

  /**
   * Begins a segment in place of any of that name. It has its name once its header is on the disk,
   * and both are forced under every policy before any record is written: so a segment without a
   * header is a damaged one.
   */
  SegmentWriter begin(SegmentName name, boolean startsAnew) throws IOException {
    var header = new SegmentHeader(name, clock.millis(), random.nextInt(), startsAnew);
    try (DiskFile file = disk.create(UNNAMED, settings.segmentBytes())) {
      file.write(0, header.encode());
      file.force();
    }
    disk.rename(UNNAMED, name.toString());
    disk.forceNames();
    DiskFile file = disk.open(name.toString());
    return new SegmentWriter(new Segment(header), file, records, blocks, settings.segmentBytes());
  }

  /**
   * Opens what a run before has left. It is forced: what can be read after a process was killed may
   * not have reached the disk yet.
   */
  Segment open(SegmentName name) throws IOException {
    try (DiskFile file = disk.open(name.toString())) {
      file.force();
      ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
      file.read(0, bytes);
      Segment segment =
          SegmentHeader.decode(name, bytes.flip())
              .map(Segment::new)
              .orElseGet(() -> Segment.withoutHeader(name, millis()));
      if (segment.hasHeader()) {
        segment.lengthBytes = (int) Math.min(file.length(), Integer.MAX_VALUE);
      }
      return segment;
    }
  }

  /**
   * Finds where the last segment of a session ends: before its first record that is not valid. What
   * follows that is cut off, unless it tells of numbers that were used.
   *
   * @return behind the last of these; the segment's end if there is none
   */
  long recoverEnd(Segment segment) throws IOException {
    ByteBuffer block = blocks.take();
    var cursor = new Cursor(records, block);
    try {
      cursor.jump(disk, segment, 0);
      while (cursor.load()) {
        cursor.step();
      }
      segment.end = cursor.number();
      segment.lengthBytes = cursor.offset();
    } finally {
      cursor.close();
      blocks.give(block);
    }
    try (DiskFile file = disk.open(segment.name.toString())) {
      long used = used(segment, file);
      if (used == segment.end) {
        file.truncate(segment.lengthBytes);
        file.force();
      }
      return used;
    }
  }

  /** Looks for valid records anywhere behind the end: what comes before them was damaged. */
  private long used(Segment segment, DiskFile file) throws IOException {
    int longest = Records.bytes(Records.MAX_MESSAGE_BYTES);
    long used = segment.end;
    ByteBuffer block = blocks.take();
    try {
      int step = block.capacity() - longest;
      for (long at = segment.lengthBytes; at < file.length(); at += step) {
        file.read(at, block.clear());
        block.flip();
        int starts = Math.min(step, block.limit() - Records.HEADER_BYTES + 1);
        for (int i = 0; i < starts; i++) {
          long number = Records.number(block, i);
          if (number >= used
              && number - segment.first() <= settings.segmentBytes()
              && records.isValid(block, i, segment.salt, number)) {
            used = number + 1;
          }
        }
      }
      return used;
    } finally {
      blocks.give(block);
    }
  }

  /** Makes a segment that is written no more survive the loss of power. */
  void force(Segment segment) throws IOException {
    try (DiskFile file = disk.open(segment.name.toString())) {
      file.force();
    }
  }

  /** Deletes, so that a later deletion cannot survive the loss of power without this one. */
  void delete(Segment segment) throws IOException {
    readAhead.forget(segment);
    disk.delete(segment.name.toString());
    disk.forceNames();
  }
}
