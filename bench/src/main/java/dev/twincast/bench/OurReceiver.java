package dev.twincast.bench;

import dev.twincast.multicast.Group;
import dev.twincast.multicast.MulticastReceiver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** Our library, with a handler, which takes {@code pause} nanoseconds more for each datagram. */
final class OurReceiver {
  private OurReceiver() {}

  static void run(Values settings) throws IOException, InterruptedException {
    Group group = Group.parse(settings.text("group") + ":" + settings.text("port"));
    ReceivingSide side = new ReceivingSide(settings);
    long pauseNanos = settings.number("pause");
    var end = new CountDownLatch(1);
    MulticastReceiver receiver =
        MulticastReceiver.builder(group)
            .receiveBuffer(settings.integer("buffer"))
            .handler(datagram -> {
              ByteBuffer payload = datagram.payload().order(ByteOrder.nativeOrder());
              int begin = payload.position();
              side.readClock();
              side.onDatagram(payload.getLong(begin), payload.getLong(begin + Long.BYTES));
              if (datagram.isLastOfBatch()) {
                side.publish();
              }
              if (pauseNanos > 0) {
                LockSupport.parkNanos(pauseNanos);
              }
              if (side.isEnded()) {
                end.countDown();
              }
            })
            .open();
    try (receiver) {
      side.ready();
      end.await();
      var statistics = receiver.statistics();
      side.finish(
          "datagrams=%d kernelDrops=%d truncated=%d"
              .formatted(statistics.datagrams(), statistics.kernelDrops(), statistics.truncated()));
    }
  }
}
