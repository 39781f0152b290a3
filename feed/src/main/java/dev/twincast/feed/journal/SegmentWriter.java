package dev.twincast.feed.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Appends to a segment: gathers records in memory and writes them together. What could not be
 * written stays in memory, and is tried again by the next write.
 */
final class SegmentWriter {
  private final Segment segment;
  private final DiskFile file;
  private final Records records;
  private final int fullBytes;
  private final Blocks blocks;
  private final ByteBuffer buffer; // not to be used after close
  private long written; // numbers below have been written
  private boolean unforced;

  /** Appends to an empty segment, whose file is closed with this. */
  SegmentWriter(Segment segment, DiskFile file, Records records, Blocks blocks, int fullBytes) {
    this.segment = segment;
    this.file = file;
    this.records = records;
    this.blocks = blocks;
    this.fullBytes = fullBytes;
    buffer = blocks.take();
    written = segment.first();
  }

  Segment segment() {
    return segment;
  }

  /** The first record has always room, however long it is. */
  boolean hasRoom(int messageBytes) {
    return segment.isEmpty() || end() + Records.bytes(messageBytes) <= fullBytes;
  }

  private int end() {
    return segment.lengthBytes + buffer.position();
  }

  /**
   * Appends the message with the number {@code segment.end}.
   *
   * @throws IOException if the buffer is full and cannot be written; the message is not appended
   */
  void append(ByteBuffer message) throws IOException {
    if (buffer.remaining() < Records.bytes(message.remaining())) {
      write();
    }
    segment.index.add(segment.end, end());
    records.put(buffer, segment.salt, segment.end, message);
    segment.end++;
  }

  /** Numbers below this have been written. */
  long written() {
    return written;
  }

  boolean hasUnwritten() {
    return buffer.position() > 0;
  }

  /** Hands all that was appended to the operating system. */
  void write() throws IOException {
    if (!hasUnwritten()) {
      return;
    }
    int length = buffer.position();
    try {
      file.write(segment.lengthBytes, buffer.flip());
    } catch (IOException e) {
      buffer.limit(buffer.capacity()).position(length);
      throw new IOException("cannot write to the journal's " + segment.name + ": " + reason(e), e);
    }
    buffer.clear();
    segment.lengthBytes += length;
    written = segment.end;
    unforced = true;
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** Whether something was appended that no force has made durable. */
  boolean isUnforced() {
    return unforced || hasUnwritten();
  }

  /** Forces what has been written. */
  void force() throws IOException {
    if (unforced) {
      file.force();
      unforced = false;
    }
  }

  /** Cuts off the space that was left. */
  void trim() throws IOException {
    file.truncate(segment.lengthBytes);
    unforced = true;
  }

  /** Lets go of the file, without writing what was not; to be called once. */
  void close() throws IOException {
    blocks.give(buffer);
    file.close();
  }

  /** Puts a message that is not written yet. */
  boolean readUnwritten(long number, ByteBuffer out) {
    int start = unwritten(number);
    int length = Records.length(buffer, start);
    if (length > out.remaining()) {
      return false;
    }
    out.put(out.position(), buffer, start + Records.HEADER_BYTES, length);
    out.position(out.position() + length);
    return true;
  }

  int lengthOfUnwritten(long number) {
    return Records.length(buffer, unwritten(number));
  }

  private int unwritten(long number) {
    int start = 0;
    for (long skipped = written; skipped < number; skipped++) {
      start += Records.bytes(Records.length(buffer, start));
    }
    return start;
  }
}
