package dev.twincast.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * What every sender does besides sending: numbers and time stamps, the pace or the window, the
 * phases, the result. The Java half of the C twin's {@code may_send} and {@code stamp}.
 *
 * <pre>{@code
 * while (side.maySend(n)) { n times side.stamp(...); send }
 * side.finish(how to send one datagram);
 * }</pre>
 */
final class SendingSide {
  /** The number of the datagram that ends the stream. */
  static final long LAST = Long.MAX_VALUE;

  /** At most so many in one go, and at most what one datagram before segmentation can hold. */
  private static final int BATCH = 64;

  private static final int MAX_PAYLOAD = 65_507;

  /** Warming is at 20,000/s at least: a JIT compiler counts calls, not seconds. */
  private static final long WARM_INTERVAL = 50_000;

  /** And without a window at 40,000/s at most: it needs a processor, too. */
  private static final long UNHURRIED_INTERVAL = 25_000;

  /** So many at least; unless that takes four times as long as was planned for warming. */
  private static final int WARM_COUNT = 40_000;

  /** How long the last message may be under way: some peers are that slow after a loss. */
  private static final long PATIENCE_NANOS = 40_000_000_000L;

  private final SharedFile shared;
  private final int receivers;
  private final int window;
  private final int datagramBytes;
  private final long measuredInterval;
  private final long warmNanos;
  private final long rehearseNanos;
  private final long measureNanos;
  private final long silenceNanos;
  private final Meter meter = new Meter();

  private int phase = SharedFile.WARMING;
  private long interval;
  private long sent;
  private long slowest;
  private long now = System.nanoTime();
  private long due = now;
  private long phaseEnd;

  SendingSide(Values settings) throws IOException {
    Kernel.sharpenTimers();
    shared = SharedFile.open(Path.of(settings.text("shared")));
    receivers = settings.integer("receivers");
    window = receivers == 0 ? 0 : settings.integer("window");
    datagramBytes = settings.integer("size");
    long rate = settings.number("rate");
    measuredInterval = rate == 0 ? 0 : 1_000_000_000 / rate;
    boolean isUnbounded = measuredInterval == 0 && window == 0;
    interval = isUnbounded ? UNHURRIED_INTERVAL : Math.min(measuredInterval, WARM_INTERVAL);
    warmNanos = settings.number("warmup") * 1_000_000;
    rehearseNanos = window == 0 ? warmNanos : warmNanos / 2;
    measureNanos = settings.number("measure") * 1_000_000;
    silenceNanos = Long.parseLong(settings.map().getOrDefault("silence", "0")) * 1_000_000;
    phaseEnd = now + warmNanos;
  }

  /** How many datagrams the C twin hands over in one call. */
  static int batch(int datagramBytes) {
    return Math.min(BATCH, MAX_PAYLOAD / datagramBytes);
  }

  /** Waits until {@code count} more may be sent, and reads the clock; false when time is up. */
  boolean maySend(int count) {
    if (interval > 0) {
      Kernel.sleepUntil(due);
    } else if (window > 0) {
      awaitWindow(count);
    }
    now = System.nanoTime();
    if (isPhaseOver()) {
      changePhase();
    }
    return phase != SharedFile.STOPPED;
  }

  /** Writes number and time stamp where a datagram begins. */
  void stamp(ByteBuffer datagram, int position) {
    // Who is more than 1 ms late counts from when it was due, or its own stalls would hide.
    long at = interval > 0 && now - due > 1_000_000 ? due : now;
    due += interval;
    datagram.putLong(position, ++sent).putLong(position + Long.BYTES, at);
  }

  /** Ends the stream, by a datagram repeated until each receiver has seen it; prints the result. */
  void finish(One one) throws IOException {
    if (window == 0) {
      awaitQuiet();
    }
    ByteBuffer last = Program.buffer(datagramBytes).putLong(Long.BYTES, sent);
    for (int tries = 0; tries < 400 && !shared.areAll(receivers, SharedFile.ENDED); tries++) {
      one.send(last.putLong(0, LAST).clear());
      Kernel.sleepUntil(System.nanoTime() + 5_000_000);
    }
    System.out.println("sent=" + sent + " " + meter);
  }

  /**
   * Ends a stream of which nothing is lost, after the silence that is asked for: its last message
   * is sent once, and waited for.
   */
  void finishOnce(One one) throws IOException {
    Kernel.sleepUntil(System.nanoTime() + silenceNanos);
    one.send(Program.buffer(datagramBytes).putLong(Long.BYTES, sent).putLong(0, LAST).clear());
    long begin = System.nanoTime();
    while (!shared.areAll(receivers, SharedFile.ENDED)
        && System.nanoTime() - begin < PATIENCE_NANOS) {
      Kernel.sleepUntil(System.nanoTime() + 5_000_000);
    }
    System.out.println("sent=" + sent + " " + meter + " rss=" + Kernel.residentBytes());
  }

  /** How a program sends one datagram. */
  @FunctionalInterface
  interface One {
    void send(ByteBuffer datagram) throws IOException;
  }

  private void awaitWindow(int count) {
    while (sent + count - slowest > window) {
      slowest = slowestReceiver();
      if (sent + count - slowest > window) {
        Kernel.nap();
        now = System.nanoTime();
        if (isPhaseOver()) {
          return;
        }
      }
    }
  }

  /** Without a window a full receive buffer would lose the last datagram as well. */
  private void awaitQuiet() {
    long before = -1;
    while (before != slowestReceiver()) {
      before = slowestReceiver();
      Kernel.sleepUntil(System.nanoTime() + 100_000_000);
    }
  }

  private long slowestReceiver() {
    long least = Long.MAX_VALUE;
    for (int receiver = 1; receiver <= receivers; receiver++) {
      least = Math.min(least, shared.highest(receiver));
    }
    return least;
  }

  private boolean isPhaseOver() {
    return now - phaseEnd >= 0
        && (phase != SharedFile.WARMING || sent >= WARM_COUNT || now - phaseEnd >= 3 * warmNanos);
  }

  private void changePhase() {
    phase++;
    shared.phase(phase);
    if (phase == SharedFile.STOPPED) {
      meter.stop(sent);
      return;
    }
    meter.start(sent);
    interval = measuredInterval;
    due = now;
    phaseEnd = now + (phase == SharedFile.REHEARSING ? rehearseNanos : measureNanos);
  }
}
