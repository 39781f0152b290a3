package dev.twincast.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** The JDK's own way: {@code mode=block} waits in receive, {@code mode=poll} naps in between. */
final class NioReceiver {
  private NioReceiver() {}

  static void run(Values settings) throws IOException {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, settings.integer("buffer"));
      InetSocketAddress group = Program.group(settings);
      channel.bind(group);
      channel.join(group.getAddress(), NetworkInterface.getByName(Program.INTERFACE));
      channel.configureBlocking(settings.text("mode").equals("block"));
      receive(channel, new ReceivingSide(settings));
    }
  }

  private static void receive(DatagramChannel channel, ReceivingSide side) throws IOException {
    ByteBuffer datagram = Program.buffer(65_536);
    Kernel.sharpenTimers();
    side.ready();
    while (!side.isEnded()) {
      if (channel.receive(datagram.clear()) == null) {
        Kernel.nap();
        continue;
      }
      side.readClock();
      side.onDatagram(datagram.getLong(0), datagram.getLong(Long.BYTES));
      side.publish();
    }
    side.finish("");
  }
}
