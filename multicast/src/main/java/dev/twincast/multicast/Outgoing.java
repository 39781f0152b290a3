package dev.twincast.multicast;

import dev.twincast.multicast.udp.PartlySentException;
import dev.twincast.multicast.udp.Port;
import dev.twincast.multicast.udp.SendBatch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message's way out, the same for all senders: checked, gathered, paced, sent. */
final class Outgoing {
  private final Port port;
  private final Destinations destinations;
  private final int maxMessageBytes;
  private final String shownDestination;
  private final Pace pace;
  private final Pace.Condition whileOpen; // one for all: a new one each time would be garbage

  // Null: each message is sent at once.
  private final @Nullable Gathering gathering;

  Outgoing(
      Port port,
      Destinations destinations,
      int maxMessageBytes,
      String shownDestination,
      SendOptions options) {
    this.port = port;
    this.destinations = destinations;
    this.maxMessageBytes = maxMessageBytes;
    this.shownDestination = shownDestination;
    pace = options.pace();
    whileOpen = port::isOpen;
    gathering = options.batching() ? new Gathering(this::sendNow, shownDestination) : null;
  }

  void send(ByteBuffer message) throws IOException {
    requireFits(message.remaining());
    if (gathering != null) {
      gathering.send(message);
      return;
    }
    List<InetSocketAddress> to = destinations.now();
    pace.await(to.size(), (long) to.size() * message.remaining(), whileOpen);
    int start = message.position();
    try {
      port.send(message, to);
    } catch (SocketException e) {
      if (!destinations.follow(to)) {
        throw e;
      }
      port.send(message.position(start), destinations.now());
    }
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
    List<InetSocketAddress> to = destinations.now();
    pace.await((long) to.size() * batch.size(), (long) to.size() * batch.bytes(), whileOpen);
    try {
      port.send(batch, to);
    } catch (PartlySentException e) {
      if (!destinations.follow(to)) {
        throw e.reason();
      }
      sendRest(batch, e.sent());
    }
  }

  /** What is behind the first so many, of a batch to a single address. */
  private void sendRest(SendBatch batch, int sent) throws IOException {
    var rest = new SendBatch(batch.bytes() - batch.offset(sent), batch.size() - sent);
    for (int i = sent; i < batch.size(); i++) {
      rest.add(batch.get(i));
    }
    try {
      port.send(rest, destinations.now());
    } catch (PartlySentException e) {
      throw e.reason();
    }
  }

  private void requireFits(int lengthBytes) {
    if (lengthBytes > maxMessageBytes) {
      throw new IllegalArgumentException(
          "message of %d bytes: a datagram to %s carries at most %d (send it in parts)"
              .formatted(lengthBytes, shownDestination, maxMessageBytes));
    }
  }
}
