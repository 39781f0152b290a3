package dev.twincast.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.paritytrading.nassau.moldudp64.MoldUDP64DefaultMessageStore;
import com.paritytrading.nassau.moldudp64.MoldUDP64DownstreamPacket;
import com.paritytrading.nassau.moldudp64.MoldUDP64MessageStore;
import com.paritytrading.nassau.moldudp64.MoldUDP64RequestServer;
import com.paritytrading.nassau.moldudp64.MoldUDP64Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Nassau's MoldUDP64 server, to a group on the loopback interface, and its request server. */
final class ForeignPublisher implements AutoCloseable {
  private final MoldUDP64Server server;
  private final MoldUDP64RequestServer answering;
  private final Store store = new Store();
  private final MoldUDP64DownstreamPacket packet = new MoldUDP64DownstreamPacket();

  ForeignPublisher(InetSocketAddress group, String session) throws IOException {
    DatagramChannel live =
        DatagramChannel.open(StandardProtocolFamily.INET)
            .setOption(StandardSocketOptions.IP_MULTICAST_IF, Loopback.INTERFACE)
            .bind(Loopback.at(0))
            .connect(group);
    server = new MoldUDP64Server(live, session);
    DatagramChannel requests =
        DatagramChannel.open(StandardProtocolFamily.INET).bind(Loopback.at(0));
    answering = new MoldUDP64RequestServer(requests);
    Thread.ofVirtual().start(this::answer);
  }

  private void answer() {
    try {
      while (true) {
        answering.serve(store);
      }
    } catch (IOException e) {
      // closed: the test is over
    }
  }

  /** Where its request server is; nobody listens there for TCP. */
  String requestServer() throws IOException {
    return Loopback.text(answering.getChannel().getLocalAddress());
  }

  /** Sends messages, as many in a packet as fit. */
  void publish(List<String> messages) throws IOException {
    for (String message : messages) {
      byte[] bytes = message.getBytes(UTF_8);
      if (packet.remaining() < bytes.length) {
        send();
      }
      packet.put(ByteBuffer.wrap(bytes));
      store.put(ByteBuffer.wrap(bytes));
    }
    send();
  }

  private void send() throws IOException {
    server.send(packet);
    packet.clear();
  }

  /** Says that the session has ended, again and again, as long as this holds. */
  void endWhile(BooleanSupplier isWanted) {
    Await.until(
        "the end of a subscriber",
        () -> {
          try {
            server.sendEndOfSession();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return !isWanted.getAsBoolean();
        });
  }

  @Override
  public void close() throws IOException {
    server.close();
    answering.close();
  }

  /** Theirs, which is filled by one thread and read by another. */
  private static final class Store implements MoldUDP64MessageStore {
    private final MoldUDP64DefaultMessageStore messages = new MoldUDP64DefaultMessageStore();

    synchronized void put(ByteBuffer message) {
      messages.put(message);
    }

    @Override
    public synchronized int get(ByteBuffer out, long number, int count) {
      return messages.get(out, number, count);
    }
  }
}
