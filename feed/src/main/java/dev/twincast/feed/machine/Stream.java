package dev.twincast.feed.machine;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a numbered stream: what was delivered, what is here, what is missing, what is
 * lost.
 *
 * <pre>
 *   1 … delivered        …      expected        …          highest
 *       │ here or lost, in order │ here, missing, or lost    │ not known to exist
 * </pre>
 *
 * <p>While {@code isTracking}, exactly the numbers in {@code missing} are neither here nor lost;
 * else, too far behind to say so, everything from {@code expected} on may be missing.
 */
final class Stream {
  final Window window;
  final Missing missing;
  private final ArrayDeque<SubscriberEvent.Lost> lost = new ArrayDeque<>();
  private long expected = 1;
  private long highest = 1;
  private boolean isTracking = true;
  private long lostCount;
  private long overrun;

  Stream(Window window, Missing missing) {
    this.window = window;
    this.missing = missing;
  }

  void begin(long number) {
    window.begin(number);
    expected = number;
    highest = number;
  }

  /** The first number that is neither here nor lost. */
  long expected() {
    return isTracking ? missing.first(highest) : expected;
  }

  /** The first number not known to exist. */
  long highest() {
    return highest;
  }

  long delivered() {
    return window.delivered();
  }

  /**
   * Learns that all below this number exist.
   *
   * @return false: there would be too many gaps; then it learns nothing
   */
  boolean learn(long now, long number) {
    if (number > highest) {
      if (isTracking && !missing.add(now, highest, number)) {
        return false;
      }
      highest = number;
    }
    return true;
  }

  /** Whether nothing is here, and nothing known to exist is missing or to be told as lost. */
  boolean isAllDelivered() {
    return isTracking && window.delivered() == highest && lost.isEmpty();
  }

  /** Counts so many messages as delivered, if all before are: somebody else has them. */
  void pass(int messages) {
    highest += messages;
    window.skipTo(highest);
  }

  /** What became of a message. */
  enum Taken {
    NEW,
    FILLED,
    DUPLICATE,
    NO_ROOM
  }

  /** The gap that the last message taken came from, if it was {@link Taken#FILLED}. */
  @Nullable Gap filled;

  /** Takes a message with a number up to {@code highest}. */
  Taken take(long now, long number, ByteBuffer from, int index, int length) {
    if (number == highest) {
      return takeNext(now, number, from, index, length);
    }
    boolean isHere = isTracking ? missing.indexOf(number) < 0 : isHereOrDone(number);
    if (isHere) {
      return Taken.DUPLICATE;
    }
    if (number >= limit() || !put(now, number, from, index, length)) {
      overrun++;
      return Taken.NO_ROOM;
    }
    if (isTracking) {
      filled = missing.fill(number);
      return Taken.FILLED;
    }
    return Taken.NEW;
  }

  private boolean put(long now, long number, ByteBuffer from, int index, int length) {
    if (window.put(number, from, index, length)) {
      return true;
    }
    return number == expected() && dropEarly(now) && window.put(number, from, index, length);
  }

  private boolean isHereOrDone(long number) {
    return number < expected || window.has(number) || isLost(number);
  }

  private Taken takeNext(long now, long number, ByteBuffer from, int index, int length) {
    if (number >= limit() || !window.put(number, from, index, length)) {
      overrun++;
      learn(now, number + 1);
      return Taken.NO_ROOM;
    }
    highest++;
    return Taken.NEW;
  }

  /**
   * The number behind the last that may be taken, and so is worth asking for. When what came early
   * fills most of the room, the rest is kept for what is missing before it.
   */
  long limit() {
    return window.isNearlyFull() ? expected() + Math.max(1, window.halfOfRoom()) : window.end();
  }

  /**
   * Makes room for the first missing message, when what came early fills the window and nothing can
   * be delivered: that is given up, and is missing again.
   */
  private boolean dropEarly(long now) {
    long from = expected();
    if (window.delivered() != from || window.held() == 0) {
      return false;
    }
    overrun += window.held();
    window.begin(from);
    if (isTracking) {
      missing.clear();
      missing.add(now, from, highest);
    }
    lost.forEach(event -> lostCount -= event.range().count());
    lost.clear();
    return true;
  }

  /** Gives up a range which is the first part of a gap, or begins at {@code expected}. */
  void lose(Range range, LostReason reason) {
    if (isTracking) {
      missing.remove(range.from(), range.end());
    } else {
      expected = range.end();
      highest = Math.max(highest, expected);
    }
    lostCount += range.count();
    var event = new SubscriberEvent.Lost(range, reason);
    var later = new ArrayDeque<SubscriberEvent.Lost>();
    while (!lost.isEmpty() && lost.getLast().range().from() > range.from()) {
      later.addFirst(lost.removeLast());
    }
    lost.add(event);
    lost.addAll(later);
    advance();
  }

  private boolean isLost(long number) {
    for (SubscriberEvent.Lost event : lost) {
      if (event.range().from() <= number && number < event.range().end()) {
        return true;
      }
    }
    return false;
  }

  /** Stops to track single gaps: from the first on, everything may be missing. */
  void stopTracking() {
    expected = expected();
    isTracking = false;
    missing.clear();
  }

  boolean isTracking() {
    return isTracking;
  }

  /**
   * Takes the next message of a replay, numbered {@code expected}, and goes on behind what is here
   * already.
   *
   * @return false: there is no room
   */
  boolean takeReplayed(long now, ByteBuffer message) {
    if (!put(now, expected, message, message.position(), message.remaining())) {
      return false;
    }
    expected++;
    highest = Math.max(highest, expected);
    advance();
    return true;
  }

  /** Whether all is delivered that comes before {@code expected}, and nothing is to be told. */
  boolean isDrained() {
    return window.delivered() == expected() && lost.isEmpty();
  }

  /**
   * Counts the next messages of a replay as delivered, up to the first that is here already:
   * somebody else has them. Only while {@link #isDrained}, and not tracking.
   *
   * @return how many
   */
  int passReplayed(int messages) {
    int passed = 0;
    while (passed < messages && !window.has(expected + passed)) {
      passed++;
    }
    expected += passed;
    highest = Math.max(highest, expected);
    window.skipTo(expected);
    advance();
    return passed;
  }

  private void advance() {
    if (isTracking) {
      return;
    }
    long before;
    do {
      before = expected;
      while (window.has(expected)) {
        expected++;
      }
      for (SubscriberEvent.Lost event : lost) {
        if (event.range().from() <= expected && expected < event.range().end()) {
          expected = event.range().end();
        }
      }
    } while (expected != before);
    highest = Math.max(highest, expected);
  }

  /**
   * Tracks single gaps again, if no more than so many messages are missing.
   *
   * @return whether it does
   */
  boolean track(long now, long maxMissing) {
    if (highest - expected - window.held() > maxMissing) {
      return false;
    }
    isTracking = true;
    long from = expected;
    while (from < highest) {
      long end = from;
      while (end < highest && !window.has(end) && !isLost(end)) {
        end++;
      }
      if (end > from && !missing.add(now, from, end)) {
        stopTrackingAt(from);
        return false;
      }
      from = end + 1;
    }
    if (missing.count() > maxMissing) {
      stopTrackingAt(expected);
      return false;
    }
    return true;
  }

  private void stopTrackingAt(long number) {
    isTracking = false;
    expected = Math.min(expected, number);
    missing.clear();
  }

  /** Where a range whose first message is missing has the first that is here, or its end. */
  long endOfMissing(Range range) {
    long last = Math.min(range.end(), window.end());
    for (long i = range.from() + 1; i < last; i++) {
      if (window.has(i)) {
        return i;
      }
    }
    return range.end();
  }

  /** Whether most of the window is free for a replay. */
  boolean hasRoomForReplay() {
    return expected() - window.delivered() <= (window.end() - window.delivered()) / 2;
  }

  /** The next in order: a message, or a range that is lost; null: it is not here. */
  @Nullable SubscriberEvent next(Message message) {
    long number = window.delivered();
    SubscriberEvent.Lost first = lost.peek();
    if (first != null && first.range().from() <= number) {
      lost.remove();
      if (first.range().end() > number) {
        window.skipTo(first.range().end());
      }
      return first;
    }
    if (number < expected()) {
      window.deliver(message);
      return message;
    }
    return null;
  }

  long lostCount() {
    return lostCount;
  }

  long overrun() {
    return overrun;
  }
}
