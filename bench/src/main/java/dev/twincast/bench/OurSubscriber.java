package dev.twincast.bench;

import dev.twincast.feed.FeedHandler;
import dev.twincast.feed.Subscriber;
import dev.twincast.multicast.Group;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/** Our feed: a subscriber, with all defaults. */
final class OurSubscriber {
  private OurSubscriber() {}

  static void run(Values settings) throws IOException, InterruptedException {
    Group group = Group.parse(settings.text("group") + ":" + settings.text("port"));
    var handler = new Handler(new SubscribingSide(settings));
    try (Subscriber _ = Subscriber.builder(group).session("bench").from(1).open(handler)) {
      handler.side.ready();
      handler.side.await(handler.repairs::result);
    }
  }

  private static final class Handler implements FeedHandler {
    private final SubscribingSide side;
    private final Repairs repairs = new Repairs();

    Handler(SubscribingSide side) {
      this.side = side;
      side.onPhase(repairs::begin);
    }

    @Override
    public void onMessage(long number, ByteBuffer message) {
      ByteBuffer bytes = message.order(ByteOrder.nativeOrder());
      int begin = bytes.position();
      side.onMessage(bytes.getLong(begin), bytes.getLong(begin + Long.BYTES));
      repairs.delivered(number);
    }

    @Override
    public void onGap(long from, long to) {
      repairs.seen(from, to);
    }

    @Override
    public void onRepaired(long from, long to, int messages, InetSocketAddress by, Duration after) {
      repairs.answered(from, after.toNanos());
    }
  }
}
