package dev.twincast.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;

/** JGroups as its {@code udp.xml} has it. Members join one after the other, the sender last. */
final class JGroupsPeer {
  private static final long POLL_NANOS = 20_000_000;
  private static final Logger LOG = Logger.getLogger("org.jgroups");

  private JGroupsPeer() {}

  static void send(Values settings) throws IOException {
    int members = settings.integer("receivers") + 1;
    try (JChannel channel = channel(settings)) {
      connect(channel);
      while (channel.getView().size() < members) {
        Kernel.sleepUntil(System.nanoTime() + POLL_NANOS);
      }
      PublishingSide.run(settings, message -> send(channel, message));
    }
  }

  private static void send(JChannel channel, ByteBuffer message) throws IOException {
    byte[] bytes = new byte[message.remaining()];
    message.get(bytes);
    try {
      channel.send(new BytesMessage(null, bytes));
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  static void receive(Values settings) throws IOException, InterruptedException {
    SharedFile shared = SharedFile.open(Path.of(settings.text("shared")));
    int slot = settings.integer("slot");
    while (!shared.areAll(slot - 1, SharedFile.READY)) {
      Kernel.sleepUntil(System.nanoTime() + POLL_NANOS);
    }
    SubscribingSide side = new SubscribingSide(settings);
    try (JChannel channel = channel(settings)) {
      channel.setReceiver(
          new Receiver() {
            @Override
            public void receive(Message message) {
              ByteBuffer bytes =
                  ByteBuffer.wrap(message.getArray(), message.getOffset(), message.getLength())
                      .order(ByteOrder.nativeOrder());
              side.onMessage(bytes.getLong(), bytes.getLong());
            }
          });
      connect(channel);
      side.ready();
      side.await(() -> "");
    }
  }

  private static JChannel channel(Values settings) throws IOException {
    // It warns of buffers that the kernel makes smaller: 4 MB is what everybody gets here.
    LOG.setLevel(Level.SEVERE);
    System.setProperty("java.net.preferIPv4Stack", "true");
    System.setProperty("jgroups.bind_addr", "match-interface:" + Program.INTERFACE);
    System.setProperty("jgroups.udp.mcast_addr", settings.text("group"));
    System.setProperty("jgroups.udp.mcast_port", settings.text("port"));
    try {
      return new JChannel("udp.xml");
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private static void connect(JChannel channel) throws IOException {
    try {
      channel.connect("bench");
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
