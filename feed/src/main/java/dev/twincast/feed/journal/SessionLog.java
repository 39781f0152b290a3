package dev.twincast.feed.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One session's messages: segments in the order of their first numbers. Each ends where the next
 * begins; where one was found damaged, there is a hole from the damaged record to the next segment.
 *
 * <p>A segment is only ever appended to by the run that began it: what a crash left behind its last
 * valid record is then never in the way, and never comes back.
 */
final class SessionLog {
  private final SegmentFiles files;
  private final String session;
  private final List<Segment> segments = new ArrayList<>();
  private final List<Segment> sealedUnforced = new ArrayList<>(); // under the policy never
  private @Nullable SegmentWriter tail; // appends at next
  private @Nullable SegmentWriter filler; // fills a hole
  private long next;
  private long used; // numbers below were used, if that is more than next
  private long forced; // numbers below were forced, or given up
  private long lastMillis; // when it was last written to, since 1970
  private @Nullable IOException failure; // of a force, after which nothing is sure

  private SessionLog(SegmentFiles files, String session) {
    this.files = files;
    this.session = session;
    lastMillis = files.millis();
  }

  /** A session of which nothing is kept yet, from this number on. */
  static SessionLog begin(SegmentFiles files, String session, long first) throws IOException {
    var log = new SessionLog(files, session);
    log.next = first;
    log.tail = log.beginSegment(first);
    log.forced = first;
    return log;
  }

  /** What a run before has left of a session: the names of its segments, in order. */
  static SessionLog recover(SegmentFiles files, List<SegmentName> names) throws IOException {
    var log = new SessionLog(files, names.getFirst().session());
    var recovery = new Recovery(files);
    log.segments.addAll(recovery.recover(names));
    log.next = log.segments.getLast().end;
    log.used = recovery.used();
    log.forced = log.next;
    return log;
  }

  long first() {
    for (Segment segment : segments) {
      if (!segment.isEmpty()) {
        return segment.first();
      }
    }
    return next;
  }

  long next() {
    return next;
  }

  long used() {
    return Math.max(used, next);
  }

  long durable() {
    if (files.fsync() instanceof Fsync.Never) {
      return tail == null ? next : tail.written();
    }
    return forced;
  }

  long missing(long from) {
    long number = Math.max(from, first());
    for (int i = Math.max(0, floor(number)); i < segments.size(); i++) {
      if (segments.get(i).first() > number) {
        return number;
      }
      number = Math.max(number, segments.get(i).end);
    }
    return Math.min(number, next);
  }

  long kept(long from) {
    return holding(from) != null
        ? from
        : segments.stream()
            .filter(segment -> segment.first() > from && !segment.isEmpty())
            .findFirst()
            .map(Segment::first)
            .orElse(next);
  }

  void append(ByteBuffer message) throws IOException {
    requireSound();
    if (tail != null && !tail.hasRoom(message.remaining())) {
      sealTail(tail);
    }
    if (tail == null) {
      tail = beginSegment(next);
    }
    tail.append(message);
    next++;
  }

  void fill(long number, ByteBuffer message) throws IOException {
    requireSound();
    int before = floor(number);
    if (before < 0 || number >= next || segments.get(before).end != number) {
      throw new IllegalArgumentException(
          "no hole of session \"" + session + "\" begins at message " + number);
    }
    if (filler != null
        && (filler.segment() != segments.get(before) || !filler.hasRoom(message.remaining()))) {
      seal(filler);
      filler = null;
    }
    if (filler == null) {
      filler = beginSegment(number);
    }
    filler.append(message);
  }

  /** Goes on from a number above next; what lies between is a hole. The caller has checked that. */
  void leap(long number) throws IOException {
    requireSound();
    seal();
    tail = beginSegment(number);
    next = number;
    forced = number;
  }

  /** Writes and forces all, and lets go of the file that is appended to. */
  void seal() throws IOException {
    if (tail != null) {
      sealTail(tail);
    }
  }

  /** Keeps anew from a number above next. The caller has checked that. */
  void skipTo(long number) throws IOException {
    requireSound();
    // Before anything is forgotten: if there is no room for this one, all is as it was.
    SegmentWriter writer = files.begin(new SegmentName(session, number), true);
    close();
    List<Segment> forgotten = List.copyOf(segments);
    segments.clear();
    sealedUnforced.clear();
    segments.add(writer.segment());
    tail = writer;
    next = number;
    forced = number;
    for (Segment segment : forgotten) {
      files.delete(segment);
    }
  }

  boolean read(long number, ByteBuffer out) throws IOException {
    Segment segment = holding(number);
    if (segment == null) {
      return false;
    }
    SegmentWriter writer = writerOf(segment);
    if (writer != null && number >= writer.written()) {
      return writer.readUnwritten(number, out);
    }
    Cursor cursor = cursor(segment, number);
    if (cursor == null || cursor.length() > out.remaining()) {
      return false;
    }
    cursor.copyTo(out);
    return true;
  }

  int length(long number) throws IOException {
    Segment segment = holding(number);
    if (segment == null) {
      return -1;
    }
    SegmentWriter writer = writerOf(segment);
    if (writer != null && number >= writer.written()) {
      return writer.lengthOfUnwritten(number);
    }
    Cursor cursor = cursor(segment, number);
    return cursor == null ? -1 : cursor.length();
  }

  private @Nullable Cursor cursor(Segment segment, long number) throws IOException {
    Cursor cursor = files.readAhead().at(segment, number);
    if (cursor == null) {
      abandon(segment);
    }
    return cursor;
  }

  /** Writes no more to a segment in which a record is damaged: what follows there is not found. */
  private void abandon(Segment segment) throws IOException {
    files.readAhead().forget(segment);
    if (tail != null && tail.segment() == segment) {
      tail.close();
      tail = null;
    } else if (filler != null && filler.segment() == segment) {
      filler.close();
      filler = null;
    }
  }

  /** Hands what was appended to the operating system. */
  void write() throws IOException {
    if (tail != null && tail.hasUnwritten()) {
      tail.write();
      lastMillis = files.millis();
    }
    if (filler != null) {
      filler.write();
    }
  }

  boolean isUnforced() {
    return (tail != null && tail.isUnforced()) || (filler != null && filler.isUnforced());
  }

  /** Makes what was appended survive the loss of power. */
  void force() throws IOException {
    requireSound();
    write();
    if (tail != null) {
      force(tail);
    }
    if (filler != null) {
      force(filler);
    }
    forceSealed();
    forced = next;
  }

  private void forceSealed() throws IOException {
    try {
      for (Segment segment : sealedUnforced) {
        files.force(segment);
      }
    } catch (IOException e) {
      failure = e;
      throw e;
    }
    sealedUnforced.clear();
  }

  /** Writes all of it, and no more after that. */
  private void sealTail(SegmentWriter writer) throws IOException {
    seal(writer);
    tail = null;
    forced = next;
  }

  private void seal(SegmentWriter writer) throws IOException {
    writer.write();
    writer.trim();
    if (files.fsync() instanceof Fsync.Never) {
      sealedUnforced.add(writer.segment());
    } else {
      force(writer);
    }
    writer.close();
  }

  /**
   * After a force has failed, the next may succeed although the data is gone (fsync(2), NOTES): so
   * there is no next.
   */
  private void force(SegmentWriter writer) throws IOException {
    try {
      writer.force();
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  private void requireSound() throws IOException {
    if (failure != null) {
      throw new IOException(
          "the disk has failed to keep messages of session \""
              + session
              + "\" (check the disk, then open the journal again): "
              + failure.getMessage(),
          failure);
    }
  }

  private SegmentWriter beginSegment(long first) throws IOException {
    int place = floor(first);
    boolean replaces = place >= 0 && segments.get(place).first() == first;
    if (replaces) {
      files.readAhead().forget(segments.get(place)); // it is empty
      sealedUnforced.remove(segments.get(place));
    }
    boolean startsAnew = segments.isEmpty() || (replaces && place == 0);
    SegmentWriter writer = files.begin(new SegmentName(session, first), startsAnew);
    if (replaces) {
      segments.set(place, writer.segment());
    } else {
      segments.add(place + 1, writer.segment());
    }
    return writer;
  }

  private @Nullable SegmentWriter writerOf(Segment segment) {
    if (tail != null && tail.segment() == segment) {
      return tail;
    }
    return filler != null && filler.segment() == segment ? filler : null;
  }

  private @Nullable Segment holding(long number) {
    int place = floor(number);
    return place >= 0 && segments.get(place).holds(number) ? segments.get(place) : null;
  }

  /** The place of the last segment that begins at or before this number; -1: there is none. */
  private int floor(long number) {
    int low = 0;
    int high = segments.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (segments.get(middle).first() <= number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** What its segments take, in bytes. */
  long bytes() {
    long bytes = 0;
    for (Segment segment : segments) {
      bytes += segment.lengthBytes;
    }
    return bytes;
  }

  /** A segment that may be deleted: any but the last. */
  boolean hasOldSegment() {
    return segments.size() > 1;
  }

  /** When the oldest segment was begun, in milliseconds since 1970. */
  long oldestMillis() {
    return segments.getFirst().createdMillis;
  }

  /** Deletes the oldest segment, which is not the last. */
  void deleteOldest() throws IOException {
    Segment oldest = segments.getFirst();
    files.delete(oldest);
    segments.removeFirst();
    sealedUnforced.remove(oldest);
    if (filler != null && filler.segment() == oldest) {
      filler.close();
      filler = null;
    }
  }

  /** Deletes segments whose messages are all from before this, in milliseconds since 1970. */
  void deleteBefore(long millis) throws IOException {
    if (lastMillis < millis && !segments.getLast().isEmpty()) {
      requireSound();
      seal();
      tail = beginSegment(next); // empty, it alone will remember the next number
    }
    while (hasOldSegment() && segments.get(1).createdMillis < millis) {
      deleteOldest();
    }
    // The last one is younger, but if it is empty so are all messages of the one before it.
    while (hasOldSegment() && lastMillis < millis && segments.getLast().isEmpty()) {
      deleteOldest();
    }
  }

  /** Lets go of its files, without writing what was not. */
  void close() throws IOException {
    if (tail != null) {
      tail.close();
      tail = null;
    }
    if (filler != null) {
      filler.close();
      filler = null;
    }
  }
}
