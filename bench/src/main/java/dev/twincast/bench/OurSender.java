package dev.twincast.bench;

import dev.twincast.multicast.Group;
import dev.twincast.multicast.MessageBatch;
import dev.twincast.multicast.MulticastSender;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Our library: {@code mode=single} sends one at a time, {@code mode=batch} as many as the twin. */
final class OurSender {
  private OurSender() {}

  static void run(Values settings) throws IOException {
    Group group = Group.parse(settings.text("group") + ":" + settings.text("port"));
    try (MulticastSender sender = MulticastSender.builder(group).loopback(false).open()) {
      SendingSide side = new SendingSide(settings);
      int datagramBytes = settings.integer("size");
      if (settings.text("mode").equals("batch")) {
        sendBatches(sender, side, datagramBytes);
      } else {
        sendEach(sender, side, datagramBytes);
      }
      side.finish(sender::send);
    }
  }

  private static void sendEach(MulticastSender sender, SendingSide side, int datagramBytes)
      throws IOException {
    ByteBuffer datagram = Program.buffer(datagramBytes);
    while (side.maySend(1)) {
      side.stamp(datagram, 0);
      sender.send(datagram.rewind());
    }
  }

  private static void sendBatches(MulticastSender sender, SendingSide side, int datagramBytes)
      throws IOException {
    MessageBatch batch = new MessageBatch();
    int count = SendingSide.batch(datagramBytes);
    while (side.maySend(count)) {
      batch.clear();
      for (int i = 0; i < count; i++) {
        ByteBuffer message = batch.claim(datagramBytes).order(ByteOrder.nativeOrder());
        side.stamp(message, message.position());
      }
      sender.send(batch);
    }
  }
}
