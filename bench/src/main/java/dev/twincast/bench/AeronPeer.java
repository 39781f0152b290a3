package dev.twincast.bench;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.FragmentHandler;
import java.io.IOException;
import java.nio.ByteOrder;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Aeron with an embedded media driver, tuned as its documentation has it: windows and socket
 * buffers of 2 MB, flow control by the slowest of all receivers. {@code mode}: {@code dedicated} or
 * {@code shared}, its threading mode; the property {@code bench.mtu}: in bytes.
 */
final class AeronPeer {
  private static final int STREAM = 1001;
  private static final int WINDOW_BYTES = 2 << 20;
  private static final int FRAGMENTS = 64;

  private AeronPeer() {}

  static void send(Values settings) throws IOException {
    String channel = channel(settings, "|fc=min,g:/" + settings.integer("receivers"));
    try (MediaDriver driver = driver(settings, 0);
        Aeron aeron = connect(driver);
        ExclusivePublication publication = aeron.addExclusivePublication(channel, STREAM)) {
      IdleStrategy idle = new BackoffIdleStrategy();
      while (!publication.isConnected()) {
        idle.idle();
      }
      UnsafeBuffer buffer = new UnsafeBuffer();
      PublishingSide.run(
          settings,
          message -> {
            buffer.wrap(message, 0, message.limit());
            idle.reset();
            while (publication.offer(buffer, 0, buffer.capacity()) < 0) {
              idle.idle();
            }
          });
    }
  }

  static void receive(Values settings) throws IOException, InterruptedException {
    SubscribingSide side = new SubscribingSide(settings);
    try (MediaDriver driver = driver(settings, settings.integer("slot"));
        Aeron aeron = connect(driver);
        Subscription subscription = aeron.addSubscription(channel(settings, ""), STREAM)) {
      FragmentHandler handler =
          (buffer, offset, length, header) ->
              side.onMessage(
                  buffer.getLong(offset, ByteOrder.nativeOrder()),
                  buffer.getLong(offset + Long.BYTES, ByteOrder.nativeOrder()));
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            IdleStrategy idle = new BackoffIdleStrategy();
            while (!subscription.isClosed()) {
              idle.idle(subscription.poll(handler, FRAGMENTS));
            }
          });
      side.ready();
      side.await(() -> "");
    }
  }

  private static String channel(Values settings, String more) {
    return "aeron:udp?endpoint=%s:%s|interface=10.77.0.0/24%s"
        .formatted(settings.text("group"), settings.text("port"), more);
  }

  private static Aeron connect(MediaDriver driver) {
    return Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName()));
  }

  private static MediaDriver driver(Values settings, int slot) {
    return MediaDriver.launchEmbedded(
        new MediaDriver.Context()
            .aeronDirectoryName("/dev/shm/tw-bench-aeron-" + slot)
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true)
            .threadingMode(
                settings.text("mode").equals("shared")
                    ? ThreadingMode.SHARED
                    : ThreadingMode.DEDICATED)
            .mtuLength(Integer.getInteger("bench.mtu", 1408))
            .initialWindowLength(WINDOW_BYTES)
            .socketRcvbufLength(WINDOW_BYTES)
            .socketSndbufLength(WINDOW_BYTES));
  }
}
