package dev.twincast.bench;

import dev.twincast.feed.Publisher;
import dev.twincast.multicast.Group;
import java.io.IOException;
import java.time.Duration;

/** Our feed: the publisher, with all defaults; it is the only recorder. */
final class OurPublisher {
  private static final long HEARD_NANOS = 500_000_000;

  private OurPublisher() {}

  static void run(Values settings) throws IOException {
    Group group = Group.parse(settings.text("group") + ":" + settings.text("port"));
    try (Publisher publisher =
        Publisher.builder(group, "bench")
            .mtu(Integer.getInteger("bench.mtu", 1500))
            .recorderPort(0)
            .linger(Duration.ZERO)
            .open()) {
      // Its first heartbeats tell everybody where to begin.
      Kernel.sleepUntil(System.nanoTime() + HEARD_NANOS);
      PublishingSide.run(settings, publisher::publish);
    }
  }
}
