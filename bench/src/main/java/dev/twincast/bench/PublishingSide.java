package dev.twincast.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What every publisher does: messages as fast as they are taken, or at a rate, and the last. */
final class PublishingSide {
  /** The clock is read and the phase looked at once for so many; at a rate, for each. */
  private static final int GROUP = 64;

  private PublishingSide() {}

  static void run(Values settings, SendingSide.One one) throws IOException {
    SendingSide side = new SendingSide(settings);
    ByteBuffer message = Program.buffer(settings.integer("size"));
    int count = settings.integer("rate") > 0 ? 1 : GROUP;
    while (side.maySend(count)) {
      send(side, message, count, one);
    }
    side.finishOnce(one);
  }

  /** For itself: compiled code of the loop around it is thrown away when a phase changes. */
  private static void send(SendingSide side, ByteBuffer message, int count, SendingSide.One one)
      throws IOException {
    for (int i = 0; i < count; i++) {
      side.stamp(message, 0);
      one.send(message.clear());
    }
  }
}
