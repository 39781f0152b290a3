package dev.twincast.cli;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber has heard, in its order, on the way to the thread of its command. That thread
 * takes all there is at once, so that a stream costs neither an object nor a wake-up for each
 * message. Who hears waits while the command is behind by a batch.
 */
final class Heard {
  private static final int MAX_MESSAGES = 4096;
  private static final int MAX_BYTES = 1 << 19;

  /** In a stream, more gathers for so long: longer than a wake-up takes, shorter than one sees. */
  private static final long GATHER_MILLIS = 1;

  /** What is not a message. */
  sealed interface Told {
    record Lost(Event event) implements Told {}

    record Ended(long next) implements Told {}
  }

  /** Some of what was heard, in its order. */
  static final class Batch {
    private final ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
    private final long[] numbers = new long[MAX_MESSAGES];
    private final int[] ends = new int[MAX_MESSAGES];
    private final @Nullable Told[] told = new Told[MAX_MESSAGES];
    private int size;

    int size() {
      return size;
    }

    /** What the entry tells; null: it is a message. */
    @Nullable Told told(int index) {
      return told[index];
    }

    long number(int index) {
      return numbers[index];
    }

    /** The message: between position and limit of a buffer that all of them share. */
    ByteBuffer message(int index) {
      return bytes.limit(ends[index]).position(index == 0 ? 0 : ends[index - 1]);
    }

    private boolean hasRoom(int length) {
      return size < MAX_MESSAGES && bytes.remaining() >= length;
    }

    private boolean isHalfFull() {
      return size > MAX_MESSAGES / 2 || bytes.position() > MAX_BYTES / 2;
    }

    private void add(long number, ByteBuffer message) {
      bytes.put(message);
      numbers[size] = number;
      ends[size] = bytes.position();
      told[size++] = null;
    }

    private void add(Told it) {
      ends[size] = bytes.position();
      told[size++] = it;
    }

    private void clear() {
      bytes.clear();
      size = 0;
    }
  }

  // Guarded by this. Never do both threads wait: one waits when there is no room, the other when
  // less than half of it is used.
  private Batch filling = new Batch();
  private Batch taken = new Batch();
  private boolean isAwaited;
  private boolean isGathering;
  private boolean isStream;

  synchronized void put(long number, ByteBuffer message) throws InterruptedException {
    awaitRoom(message.remaining());
    filling.add(number, message);
    if (isAwaited && (!isGathering || filling.isHalfFull())) {
      notifyAll();
    }
  }

  synchronized void put(Told told) throws InterruptedException {
    awaitRoom(0);
    filling.add(told);
    if (isAwaited) {
      notifyAll();
    }
  }

  private synchronized void awaitRoom(int length) throws InterruptedException {
    while (!filling.hasRoom(length)) {
      wait();
    }
  }

  /**
   * All that was heard since the last call, which is the caller's until the next.
   *
   * @return null when the time is over, or now and then before
   */
  synchronized @Nullable Batch poll(long millis) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (isStream && !filling.isHalfFull()) {
      isGathering = true;
      await(Math.min(millis, GATHER_MILLIS));
      isGathering = false;
    }
    if (filling.size == 0) {
      await(millis);
    }
    isStream = filling.size > 0;
    return isStream ? swap() : null;
  }

  @SuppressWarnings("WaitNotInLoop") // who is woken for nothing calls again
  private synchronized void await(long millis) throws InterruptedException {
    if (millis > 0) {
      isAwaited = true;
      try {
        wait(millis);
      } finally {
        isAwaited = false;
      }
    }
  }

  private synchronized Batch swap() {
    Batch full = filling;
    filling = taken;
    taken = full;
    filling.clear();
    notifyAll();
    return full;
  }
}
