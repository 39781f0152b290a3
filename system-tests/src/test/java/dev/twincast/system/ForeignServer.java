package dev.twincast.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.paritytrading.nassau.soupbintcp.SoupBinTCP;
import com.paritytrading.nassau.soupbintcp.SoupBinTCPServer;
import com.paritytrading.nassau.soupbintcp.SoupBinTCPServerStatusListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Nassau's SoupBinTCP server, which replays a session to whoever logs in. */
final class ForeignServer implements AutoCloseable {
  private final ServerSocketChannel listening = ServerSocketChannel.open();
  private final String session;
  private final List<String> messages;
  private final boolean isWhole;
  private final AtomicInteger logins = new AtomicInteger();

  /**
   * Begins to serve.
   *
   * @param isWhole whether the session has ended with these messages
   */
  ForeignServer(String session, List<String> messages, boolean isWhole) throws IOException {
    this.session = session;
    this.messages = messages;
    this.isWhole = isWhole;
    listening.bind(Loopback.at(0));
    Thread.ofVirtual().start(this::accept);
  }

  String address() throws IOException {
    return Loopback.text(listening.getLocalAddress());
  }

  /** How many logins there were. */
  int logins() {
    return logins.get();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = listening.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException e) {
      // closed: the test is over
    }
  }

  private void serve(SocketChannel client) {
    try (var server = new SoupBinTCPServer(client, message -> {}, new Status())) {
      while (server.receive() >= 0) {
        // it has called the listener
      }
    } catch (IOException e) {
      // the client has gone
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }

  private final class Status implements SoupBinTCPServerStatusListener {
    @Override
    public void loginRequest(SoupBinTCPServer server, SoupBinTCP.LoginRequest login)
        throws IOException {
      logins.incrementAndGet();
      long number = login.getRequestedSequenceNumber();
      var accepted = new SoupBinTCP.LoginAccepted();
      accepted.setSession(session);
      accepted.setSequenceNumber(number);
      server.accept(accepted);
      for (String message : messages.subList((int) number - 1, messages.size())) {
        server.send(ByteBuffer.wrap(message.getBytes(UTF_8)));
      }
      if (isWhole) {
        server.endSession();
      }
    }

    @Override
    public void heartbeatTimeout(SoupBinTCPServer server) {}

    @Override
    public void logoutRequest(SoupBinTCPServer server) throws IOException {
      server.close();
    }
  }
}
