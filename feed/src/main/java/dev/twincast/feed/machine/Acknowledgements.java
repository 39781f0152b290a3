package dev.twincast.feed.machine;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/** What recorders have said they keep; bounded. */
final class Acknowledgements {
  private static final int MAX_RECORDERS = 256;
  private static final long FORGOTTEN_NANOS = 10_000_000_000L;

  /** The number that a recorder wants next, and when it said so. */
  private static final class Recorder {
    long next = 1;
    long heardAt;
  }

  private final int needed;
  private final long windowMessages;
  private final Map<InetSocketAddress, Recorder> recorders = new HashMap<>();
  private long acknowledged = 1;

  /**
   * @param needed how many recorders make a message acknowledged; 0: none does
   * @param windowMessages how far sending may be ahead of what is acknowledged
   */
  Acknowledgements(int needed, long windowMessages) {
    this.needed = needed;
    this.windowMessages = windowMessages;
  }

  /** Takes note; false: there are too many recorders. */
  boolean hear(long now, InetSocketAddress from, long next) {
    Recorder recorder = recorders.get(from);
    if (recorder == null) {
      if (recorders.size() >= MAX_RECORDERS) {
        recorders.values().removeIf(other -> now - other.heardAt > FORGOTTEN_NANOS);
      }
      if (recorders.size() >= MAX_RECORDERS) {
        return false;
      }
      recorder = new Recorder();
      recorders.put(from, recorder);
    }
    recorder.heardAt = now;
    if (next > recorder.next) {
      recorder.next = next;
      acknowledged = Math.max(acknowledged, keptByEnough());
    }
    return true;
  }

  private long keptByEnough() {
    if (needed == 0 || recorders.size() < needed) {
      return 1;
    }
    long[] next =
        recorders.values().stream().mapToLong(recorder -> recorder.next).sorted().toArray();
    return next[next.length - needed];
  }

  /** All below this number are acknowledged. Never falls. */
  long acknowledged() {
    return acknowledged;
  }

  /** Whether as many recorders as needed, which may be none, keep all below this number. */
  boolean isAcknowledged(long next) {
    return needed == 0 || acknowledged >= next;
  }

  /** Whether messages up to this number, of which some were sent, may be sent. */
  boolean isWithinWindow(long end, long sent) {
    return needed == 0
        || end - acknowledged <= windowMessages
        || sent <= acknowledged; // a recorder that asked may be ahead of what was sent
  }

  /** Whether a recorder that is alive is more than the window behind this number. */
  boolean isAnyBehind(long now, long next) {
    for (Recorder recorder : recorders.values()) {
      if (now - recorder.heardAt < ALIVE_NANOS && next - recorder.next > windowMessages) {
        return true;
      }
    }
    return false;
  }

  private static final long ALIVE_NANOS = 200_000_000;

  int size() {
    return recorders.size();
  }
}
