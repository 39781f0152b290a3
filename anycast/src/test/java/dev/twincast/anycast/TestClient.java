package dev.twincast.anycast;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A plain TCP client that knows nothing of the library. */
final class TestClient implements AutoCloseable {
  static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  final Socket socket = new Socket();

  private TestClient(InetSocketAddress address) throws IOException {
    socket.setSoTimeout(10_000);
    socket.connect(address, 10_000);
  }

  static TestClient of(AnycastServer server) throws IOException {
    return new TestClient(server.address());
  }

  static TestClient of(int port) throws IOException {
    return new TestClient(new InetSocketAddress(LOOPBACK, port));
  }

  TestClient send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(UTF_8));
    return this;
  }

  TestClient endOfInput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  String line() throws IOException {
    return line(socket);
  }

  /** All until the server closes. */
  String rest() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), UTF_8);
  }

  /** One line with its line feed; the exchange of most tests. */
  static String line(Socket socket) throws IOException {
    var line = new ByteArrayOutputStream();
    int b;
    do {
      b = socket.getInputStream().read();
      if (b < 0) {
        throw new EOFException("closed after " + line.size() + " bytes");
      }
      line.write(b);
    } while (b != '\n');
    return line.toString(UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
