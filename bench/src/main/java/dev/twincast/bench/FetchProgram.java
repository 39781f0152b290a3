package dev.twincast.bench;

import dev.twincast.anycast.Endpoint;
import dev.twincast.feed.FeedHandler;
import dev.twincast.feed.Subscriber;
import dev.twincast.multicast.Group;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Fetches all messages from the first on, some rounds to become warm and some that are measured: by
 * a subscriber of our feed, which hears nobody, or by a plain socket.
 */
final class FetchProgram {
  private static final long PATIENCE_SECONDS = 55;

  private FetchProgram() {}

  private interface Round {
    void run(Values settings) throws IOException, InterruptedException;
  }

  static void run(String by, Values settings) throws IOException, InterruptedException {
    Round round = by.equals("feed") ? FetchProgram::replay : PlainCopy::fetch;
    for (int i = 0; i < settings.integer("warmup"); i++) {
      round.run(settings);
    }
    Program.ready();
    int rounds = settings.integer("rounds");
    Meter meter = new Meter();
    meter.start(0);
    for (int i = 0; i < rounds; i++) {
      round.run(settings);
    }
    meter.stop(settings.number("messages") * rounds);
    System.out.println(meter);
  }

  private static void replay(Values settings) throws IOException, InterruptedException {
    Group group = Group.parse(settings.text("group") + ":" + settings.text("port"));
    var handler = new Handler(settings.number("messages"));
    try (Subscriber _ =
        Subscriber.builder(group)
            .session("bench")
            .from(1)
            .recorders(List.of(Endpoint.parse("127.0.0.1:" + OurRecorder.PORT)))
            .open(handler)) {
      if (!handler.end.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("not all is replayed; next would be " + handler.next);
      }
    }
    if (handler.wrong > 0) {
      throw new IOException("lost, repeated or out of order: " + handler.wrong + " times");
    }
  }

  private static final class Handler implements FeedHandler {
    private final long last;
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile long next = 1;
    private volatile long wrong;

    Handler(long last) {
      this.last = last;
    }

    // By one thread at a time.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    @Override
    public void onMessage(long number, ByteBuffer message) {
      if (message.order(ByteOrder.nativeOrder()).getLong(message.position()) != next++) {
        wrong++;
      }
      if (number == last) {
        end.countDown();
      }
    }
  }
}
