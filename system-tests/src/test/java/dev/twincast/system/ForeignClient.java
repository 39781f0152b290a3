package dev.twincast.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.paritytrading.nassau.soupbintcp.SoupBinTCP;
import com.paritytrading.nassau.soupbintcp.SoupBinTCPClient;
import com.paritytrading.nassau.soupbintcp.SoupBinTCPClientStatusListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Nassau's SoupBinTCP client, logged in for a replay. */
final class ForeignClient implements AutoCloseable {
  private static final int HEARTBEAT_BYTES = 3;
  private static final int LONGEST_MESSAGE = 1500;

  private final SoupBinTCPClient client;
  private final List<String> messages = new ArrayList<>();
  private String acceptedSession = "";
  private long acceptedNumber;
  private char rejected;
  private int heartbeats;
  private boolean hasEnded;
  private long hurry;

  ForeignClient(InetSocketAddress server, String session, long number) throws IOException {
    SocketChannel channel = SocketChannel.open(server);
    channel.configureBlocking(false);
    client =
        new SoupBinTCPClient(
            () -> System.currentTimeMillis() + hurry,
            channel,
            LONGEST_MESSAGE,
            message -> messages.add(UTF_8.decode(message).toString()),
            new Status());
    var login = new SoupBinTCP.LoginRequest();
    login.setUsername("");
    login.setPassword("");
    login.setRequestedSession(session);
    login.setRequestedSequenceNumber(number);
    client.login(login);
  }

  /** Takes what has come; false: the connection is closed from the other side. */
  boolean read() {
    try {
      while (true) {
        int known = known();
        int bytes = client.receive();
        if (bytes <= 0) {
          return bytes == 0;
        }
        if (bytes == HEARTBEAT_BYTES && known == known()) {
          heartbeats++; // the only packet of this length that it does not tell
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int known() {
    return messages.size() + (hasEnded ? 1 : 0);
  }

  /** Lets a second pass, after which it has to say that it is there. */
  void sendHeartbeat() throws IOException {
    hurry = 1500;
    client.keepAlive();
    hurry = 0;
  }

  void logOut() throws IOException {
    client.logout();
  }

  String acceptedSession() {
    return acceptedSession;
  }

  long acceptedNumber() {
    return acceptedNumber;
  }

  /** The reason's letter. */
  char rejected() {
    return rejected;
  }

  List<String> messages() {
    return messages;
  }

  int heartbeats() {
    return heartbeats;
  }

  boolean hasEnded() {
    return hasEnded;
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  private final class Status implements SoupBinTCPClientStatusListener {
    @Override
    public void heartbeatTimeout(SoupBinTCPClient client) {}

    @Override
    public void loginAccepted(SoupBinTCPClient client, SoupBinTCP.LoginAccepted accepted) {
      acceptedSession = accepted.getSession().strip();
      acceptedNumber = accepted.getSequenceNumber();
    }

    @Override
    public void loginRejected(SoupBinTCPClient client, SoupBinTCP.LoginRejected reason) {
      rejected = (char) reason.getRejectReasonCode();
    }

    @Override
    public void endOfSession(SoupBinTCPClient client) {
      hasEnded = true;
    }
  }
}
