package dev.twincast.bench;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What every subscriber does: takes messages, and sees to it that each comes once and in order.
 * Called by one thread, whichever the library has for that.
 */
final class SubscribingSide {
  /** Phases are looked at once for so many; at a rate, for each. */
  private static final int GROUP = 64;

  private static final long PATIENCE_SECONDS = 55;

  private final ReceivingSide side;
  private final boolean isPaced;
  private final CountDownLatch end = new CountDownLatch(1);
  private long next = 1;
  private long wrong;

  SubscribingSide(Values settings) throws IOException {
    side = new ReceivingSide(settings);
    isPaced = settings.integer("rate") > 0;
  }

  void ready() {
    side.ready();
  }

  /** What else begins anew with each phase but the last. */
  void onPhase(Runnable begins) {
    side.onPhase(begins);
  }

  /** A message begins with these two; both in the byte order of the machine. */
  void onMessage(long number, long sentAt) {
    boolean isLast = number == SendingSide.LAST;
    if (isLast ? sentAt + 1 != next : number != next) {
      wrong++;
    }
    next = number + 1;
    side.readClock();
    side.onDatagram(number, sentAt);
    if (isPaced || isLast || next % GROUP == 0) {
      side.publish();
    }
    if (isLast) {
      end.countDown();
    }
  }

  /**
   * Waits for the last message, and prints the result.
   *
   * @throws IOException if it does not come, or one of those before did not come, or not in order
   */
  void await(Supplier<String> more) throws IOException, InterruptedException {
    if (!end.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("the last message did not come; next would be " + next);
    }
    if (wrong > 0) {
      throw new IOException("lost, repeated or out of order: " + wrong + " times");
    }
    side.finish(more.get() + " rss=" + Kernel.residentBytes());
  }
}
