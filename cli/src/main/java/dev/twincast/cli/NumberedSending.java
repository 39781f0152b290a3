package dev.twincast.cli;

import dev.twincast.multicast.MessageBatch;
import dev.twincast.multicast.measure.NumberedHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code send --number}: datagrams that only count, for {@code receive --numbered} and iperf. */
final class NumberedSending {
  /** As many as the kernel cuts from one buffer: see the library's fast path. */
  private static final int BATCH = 64;

  /** The end is told so often, in case one is lost, and so far apart. */
  private static final int ENDS = 10;

  private static final long END_GAP_MILLIS = 10;

  private final List<Outlet> outlets;
  private final int datagramBytes;
  private final int batchSize;
  private final MessageBatch batch;
  private final long startNanos = System.nanoTime();
  private final long startMicros = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
  private long sent;

  /**
   * @param outlets the group, and perhaps the unicast control beside it
   * @param rate the pace of the outlets: a batch is at most what is due in a millisecond
   */
  NumberedSending(List<Outlet> outlets, int datagramBytes, Optional<Rate> rate) {
    this.outlets = outlets;
    this.datagramBytes = datagramBytes;
    this.batchSize = rate.map(r -> dueInAMilli(r, datagramBytes)).orElse(BATCH);
    this.batch = new MessageBatch(batchSize * datagramBytes);
  }

  private static int dueInAMilli(Rate rate, int datagramBytes) {
    double perSecond =
        switch (rate.unit()) {
          case DATAGRAMS -> rate.perSecond();
          case BITS -> rate.perSecond() / 8.0 / datagramBytes;
        };
    return Math.clamp((long) (perSecond / 1000), 1, BATCH);
  }

  /** Sends {@code count} datagrams, or without end if it is 0, then tells the end. */
  void run(long count) throws IOException, InterruptedException {
    try {
      while (count == 0 || sent < count) {
        long most = count == 0 ? batchSize : Math.min(batchSize, count - sent);
        batch.clear();
        for (int i = 0; i < most; i++) {
          header(batch.claim(datagramBytes), sent + i, false);
        }
        for (Outlet outlet : outlets) {
          outlet.send(batch);
        }
        sent += most;
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    } finally {
      boolean interrupted = Thread.interrupted(); // else the end could not be sent
      tellEnd();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void tellEnd() throws IOException, InterruptedException {
    for (int i = 0; i < ENDS; i++) {
      byte[] last = new byte[datagramBytes];
      header(ByteBuffer.wrap(last), sent, true);
      for (Outlet outlet : outlets) {
        outlet.send(last);
      }
      Thread.sleep(END_GAP_MILLIS);
    }
  }

  private void header(ByteBuffer datagram, long number, boolean isLast) {
    long micros = startMicros + (System.nanoTime() - startNanos) / 1000;
    new NumberedHeader((int) (number & Integer.MAX_VALUE), micros, isLast).writeTo(datagram);
  }

  /** Of the first outlet: those that the control loses are its own matter. */
  long dropped() {
    return outlets.getFirst().dropped();
  }

  Event summary() {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    return Event.summary("send")
        .with("messages", sent - dropped())
        .with("bytes", (sent - dropped()) * datagramBytes)
        .with("dropped", dropped())
        .with("seconds", Math.round(seconds * 1000) / 1000.0)
        .with("perSecond", Math.round(sent / seconds));
  }
}
