package dev.twincast.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.paritytrading.nassau.moldudp64.MoldUDP64Client;
import com.paritytrading.nassau.moldudp64.MoldUDP64ClientState;
import com.paritytrading.nassau.moldudp64.MoldUDP64ClientStatusListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;

/** Nassau's MoldUDP64 client, a member of a group on the loopback interface. */
final class ForeignReceiver implements AutoCloseable {
  private final DatagramChannel live;
  private final MoldUDP64Client client;
  private final List<String> messages = new ArrayList<>();
  private final ByteBuffer thrownAway = ByteBuffer.allocate(1 << 16);
  private int interval = Integer.MAX_VALUE;
  private int datagrams;
  private int requests;
  private boolean hasEnded;

  /**
   * Joins, and wants all from number 1.
   *
   * @param requestServer whom it asks for what it missed
   */
  ForeignReceiver(InetSocketAddress group, InetSocketAddress requestServer) throws IOException {
    live =
        DatagramChannel.open(StandardProtocolFamily.INET)
            .setOption(StandardSocketOptions.SO_REUSEADDR, true)
            .bind(group);
    live.join(group.getAddress(), Loopback.INTERFACE);
    live.configureBlocking(false);
    DatagramChannel asking = DatagramChannel.open(StandardProtocolFamily.INET);
    asking.configureBlocking(false);
    client =
        new MoldUDP64Client(
            live,
            asking,
            requestServer,
            message -> messages.add(UTF_8.decode(message).toString()),
            new Status());
  }

  /** Throws away every so manieth datagram of the group. */
  ForeignReceiver missing(int interval) {
    this.interval = interval;
    return this;
  }

  /** Takes what has come; whether the end of the session is among it, and nothing is missing. */
  boolean hearsTheEnd() {
    try {
      while (throwsAway() || client.receive() || client.receiveResponse()) {
        datagrams++;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return hasEnded;
  }

  private boolean throwsAway() throws IOException {
    return datagrams % interval == interval - 1 && live.receive(thrownAway.clear()) != null;
  }

  List<String> messages() {
    return messages;
  }

  /** How many requests it sent. */
  int requests() {
    return requests;
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  private final class Status implements MoldUDP64ClientStatusListener {
    @Override
    public void state(MoldUDP64Client client, MoldUDP64ClientState next) {}

    @Override
    public void downstream(MoldUDP64Client client, long number, int count) {}

    @Override
    public void request(MoldUDP64Client client, long number, int count) {
      requests++;
    }

    @Override
    public void endOfSession(MoldUDP64Client client) {
      hasEnded = true;
    }
  }
}
