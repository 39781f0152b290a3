package dev.twincast.multicast;

import dev.twincast.multicast.udp.Port;
import dev.twincast.multicast.udp.SendBatch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A message's way out, the same for all senders: checked, gathered, paced, sent. */
final class Outgoing {
  private final Port port;
  private final Supplier<List<InetSocketAddress>> destinations;
  private final int maxMessageBytes;
  private final String shownDestination;
  private final Pace pace;

  // Null: each message is sent at once.
  private final @Nullable Gathering gathering;

  Outgoing(
      Port port,
      Supplier<List<InetSocketAddress>> destinations,
      int maxMessageBytes,
      String shownDestination,
      SendOptions options) {
    this.port = port;
    this.destinations = destinations;
    this.maxMessageBytes = maxMessageBytes;
    this.shownDestination = shownDestination;
    pace = options.pace();
    gathering = options.batching() ? new Gathering(this::sendNow, shownDestination) : null;
  }

  void send(ByteBuffer message) throws IOException {
    requireFits(message.remaining());
    if (gathering != null) {
      gathering.send(message);
      return;
    }
    List<InetSocketAddress> to = destinations.get();
    pace.await(to.size(), (long) to.size() * message.remaining(), port::isOpen);
    port.send(message, to);
  }

  void send(MessageBatch batch) throws IOException {
    requireFits(batch.batch.longest());
    flush(); // what came first goes first
    sendNow(batch.batch);
  }

  void flush() throws IOException {
    if (gathering != null) {
      gathering.flush();
    }
  }

  SenderStatistics statistics() {
    Port.Sent sent = port.sent();
    return new SenderStatistics(sent.datagrams(), sent.bytes(), sent.offloadRefusals());
  }

  void close() {
    if (gathering != null && port.isOpen()) {
      gathering.close();
    }
    port.close();
  }

  private void sendNow(SendBatch batch) throws IOException {
    List<InetSocketAddress> to = destinations.get();
    pace.await((long) to.size() * batch.size(), (long) to.size() * batch.bytes(), port::isOpen);
    port.send(batch, to);
  }

  private void requireFits(int lengthBytes) {
    if (lengthBytes > maxMessageBytes) {
      throw new IllegalArgumentException(
          "message of %d bytes: a datagram to %s carries at most %d (send it in parts)"
              .formatted(lengthBytes, shownDestination, maxMessageBytes));
    }
  }
}
