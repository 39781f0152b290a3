package dev.twincast.bench;

import dev.twincast.feed.JournalOptions;
import dev.twincast.feed.Publisher;
import dev.twincast.feed.Recorder;
import dev.twincast.multicast.Group;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Our feed: a recorder, with all defaults but how much it keeps in memory. {@code messages}: so
 * many are published to it first, and numbered as they begin; {@code journal}: a folder, instead of
 * memory. It stays until it is killed.
 */
final class OurRecorder {
  static final int PORT = 5008;

  private static final long MEMORY_BYTES = 1L << 30;
  private static final int UNACKNOWLEDGED = 10_000;

  /** What is published first is no measurement: it is to arrive, without a loss. */
  private static final long BYTES_PER_SECOND = 60_000_000;

  private OurRecorder() {}

  static void run(Values settings) throws IOException, InterruptedException {
    Group group = Group.parse(settings.text("group") + ":" + settings.text("port"));
    Recorder.Builder options = Recorder.builder(group).port(PORT).memory(MEMORY_BYTES);
    if (settings.map().containsKey("journal")) {
      options.journal(JournalOptions.in(Path.of(settings.text("journal"))).fsyncNever());
    }
    try (Recorder _ = options.open()) {
      if (settings.map().containsKey("messages")) {
        publish(group, settings.integer("messages"), settings.integer("size"));
      }
      Program.ready();
      new CountDownLatch(1).await();
    }
  }

  private static void publish(Group group, int messages, int size) throws IOException {
    ByteBuffer message = Program.buffer(size);
    try (Publisher publisher =
        Publisher.builder(group, "bench")
            .recorderPort(0)
            .maxBytesPerSecond(BYTES_PER_SECOND)
            .acks(1, UNACKNOWLEDGED)
            .open()) {
      for (int i = 1; i <= messages; i++) {
        publisher.publish(message.putLong(0, i));
      }
      if (!publisher.flush(Duration.ofMinutes(1))) {
        throw new IOException("the recorder does not have all of it in a minute");
      }
    }
  }
}
