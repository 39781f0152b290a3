package dev.twincast.bench;

import dev.twincast.feed.FeedHandler;
import dev.twincast.feed.Subscriber;
import dev.twincast.multicast.Group;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;

/** Our feed: a subscriber, with all defaults. */
final class OurSubscriber {
  private static final int MAX_REPAIRS = 1 << 18;

  private OurSubscriber() {}

  static void run(Values settings) throws IOException, InterruptedException {
    Group group = Group.parse(settings.text("group") + ":" + settings.text("port"));
    var handler = new Handler(new SubscribingSide(settings));
    try (Subscriber subscriber = Subscriber.builder(group).session("bench").from(1).open(handler)) {
      handler.side.ready();
      handler.side.await(handler::repairs);
      if (settings.integer("slot") == 1) {
        System.err.println("  " + subscriber.statistics());
      }
    }
  }

  private static final class Handler implements FeedHandler {
    private final SubscribingSide side;
    private final long[] repairNanos = new long[MAX_REPAIRS];
    private int repairs;

    Handler(SubscribingSide side) {
      this.side = side;
    }

    @Override
    public void onMessage(long number, ByteBuffer message) {
      ByteBuffer bytes = message.order(ByteOrder.nativeOrder());
      int begin = bytes.position();
      side.onMessage(bytes.getLong(begin), bytes.getLong(begin + Long.BYTES));
    }

    @Override
    public void onRepaired(long from, long to, int messages, InetSocketAddress by, Duration after) {
      if (repairs < repairNanos.length) {
        repairNanos[repairs++] = after.toNanos();
      }
    }

    /** What they took, from the gap seen to the message delivered. */
    String repairs() {
      long[] sorted = Arrays.copyOf(repairNanos, repairs);
      Arrays.sort(sorted);
      return "repairs=%d repair50=%d repair99=%d"
          .formatted(
              repairs, Statistics.percentile(sorted, 500), Statistics.percentile(sorted, 990));
    }
  }
}
