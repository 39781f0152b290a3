package dev.twincast.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What every receiver does besides receiving: counts, publishes the highest number, follows the
 * sender's phases, keeps latencies. The Java half of the C twin's {@code on_datagram} and {@code
 * publish}.
 */
final class ReceivingSide {
  private final SharedFile shared;
  private final int slot;
  private final Meter meter = new Meter();
  private final long[] latencies;

  private Runnable begins = () -> {};
  private int latencyCount;
  private int phase = SharedFile.WARMING;
  private long received;
  private long highest;
  private long now;
  private volatile boolean ended;

  ReceivingSide(Values settings) throws IOException {
    shared = SharedFile.open(Path.of(settings.text("shared")));
    slot = settings.integer("slot");
    latencies = new long[settings.integer("latency")];
  }

  /** The membership stands: the sender may begin. */
  void ready() {
    shared.state(slot, SharedFile.READY);
  }

  boolean isEnded() {
    return ended;
  }

  /**
   * What else begins anew with each phase but the last. To ask at each datagram whether it is
   * measured would be a way never gone while warming: compiled code is thrown away there, just when
   * the measuring begins.
   */
  void onPhase(Runnable begins) {
    this.begins = begins;
  }

  /** When what follows was received; only read when latency is asked for. */
  void readClock() {
    if (latencies.length > 0) {
      now = System.nanoTime();
    }
  }

  /** One datagram, which begins with these two; the last one's second is how many were sent. */
  void onDatagram(long number, long sentAt) {
    if (number == SendingSide.LAST) {
      highest = sentAt;
      ended = true;
      return;
    }
    received++;
    highest = Math.max(highest, number);
    if (latencyCount < latencies.length) {
      latencies[latencyCount++] = now - sentAt;
    }
  }

  /** After what one call received. */
  void publish() {
    shared.highest(slot, highest);
    if (shared.phase() != phase) {
      changePhase();
    }
  }

  private void changePhase() {
    int before = phase;
    phase = shared.phase();
    if (phase != SharedFile.STOPPED) {
      meter.start(received);
      latencyCount = 0;
      begins.run();
    } else if (before == SharedFile.MEASURING) {
      meter.stop(received);
    }
  }

  /** Prints the result, followed by what else the program has to say. */
  void finish(String more) {
    shared.state(slot, SharedFile.ENDED);
    long[] sorted = Arrays.copyOf(latencies, latencyCount);
    Arrays.sort(sorted);
    System.out.println(
        "received=%d highest=%d %s p50=%d p99=%d p999=%d %s"
            .formatted(
                received,
                highest,
                meter,
                Statistics.percentile(sorted, 500),
                Statistics.percentile(sorted, 990),
                Statistics.percentile(sorted, 999),
                more));
  }
}
