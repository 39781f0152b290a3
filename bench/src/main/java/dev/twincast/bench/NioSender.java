package dev.twincast.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** The JDK's own way: one {@code write} on a connected channel per datagram. */
final class NioSender {
  private NioSender() {}

  static void run(Values settings) throws IOException {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
      channel.setOption(StandardSocketOptions.SO_SNDBUF, settings.integer("buffer"));
      channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, false);
      channel.connect(Program.group(settings));
      SendingSide side = new SendingSide(settings);
      ByteBuffer datagram = Program.buffer(settings.integer("size"));
      while (side.maySend(1)) {
        side.stamp(datagram, 0);
        channel.write(datagram.rewind());
      }
      side.finish(channel::write);
    }
  }
}
