package dev.twincast.feed.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A place in a segment that moves forward over its records, reading a block at a time. */
final class Cursor {
  private final Records records;
  private final ByteBuffer block;
  private @Nullable Segment segment;
  private @Nullable DiskFile file;
  private long number;
  private int offset; // of the record, in the file
  private int blockOffset; // of the block, in the file
  private boolean loaded; // the record is in the block, and valid

  /** When it was last used, in uses of its {@link ReadAhead}. */
  long lastUse;

  Cursor(Records records, ByteBuffer block) {
    this.records = records;
    this.block = block.limit(0);
  }

  boolean isIn(Segment other) {
    return segment == other;
  }

  long number() {
    return number;
  }

  /** Goes to a place of a segment's index. */
  void jump(Disk disk, Segment to, int place) throws IOException {
    if (segment != to) {
      close();
      file = disk.open(to.name.toString());
      segment = to;
    }
    block.limit(0);
    number = to.index.number(place);
    offset = to.index.offset(place);
    blockOffset = offset;
    loaded = false;
  }

  /** Whether there is a valid record, which is then in memory. */
  boolean load() throws IOException {
    if (loaded) {
      return true;
    }
    if (segment == null || file == null || !fetch(segment, file, Records.HEADER_BYTES)) {
      return false;
    }
    int length = Records.length(block, start());
    if (length < 0
        || length > Records.MAX_MESSAGE_BYTES
        || !fetch(segment, file, Records.bytes(length))) {
      return false;
    }
    loaded = records.isValid(block, start(), segment.salt, number);
    return loaded;
  }

  /** Reads on if fewer bytes than these are in the block, from the record on. */
  private boolean fetch(Segment segment, DiskFile file, int bytes) throws IOException {
    if (block.limit() - start() < bytes) {
      int there = Math.max(0, segment.lengthBytes - offset);
      block.clear().limit(Math.min(block.capacity(), there));
      try {
        file.read(offset, block);
      } finally {
        block.flip();
        blockOffset = offset;
      }
    }
    return block.limit() - start() >= bytes;
  }

  private int start() {
    return offset - blockOffset;
  }

  /** Moves on from a record that is loaded. */
  void step() {
    number++;
    offset += Records.bytes(length());
    loaded = false;
    if (segment != null) {
      segment.index.add(number, offset);
    }
  }

  /** Where in the file the next record begins, or would. */
  int offset() {
    return offset;
  }

  /** Of the message in the record that is loaded, in bytes. */
  int length() {
    return Records.length(block, start());
  }

  /** Puts the message of the record that is loaded, for which there must be room. */
  void copyTo(ByteBuffer out) {
    int length = length();
    out.put(out.position(), block, start() + Records.HEADER_BYTES, length);
    out.position(out.position() + length);
  }

  /** Lets go of the file. */
  void close() throws IOException {
    DiskFile open = file;
    file = null;
    segment = null;
    loaded = false;
    block.limit(0);
    blockOffset = offset;
    if (open != null) {
      open.close();
    }
  }
}
