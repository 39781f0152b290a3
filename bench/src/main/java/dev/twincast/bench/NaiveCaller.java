package dev.twincast.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What everybody writes first: a socket to an address taken at random, and an error is an error. It
 * is also what stands before a proxy, which is its one address. For one worker.
 */
final class NaiveCaller implements Caller {
  private final List<InetSocketAddress> addresses;
  private final int timeoutMillis;
  private final boolean keeps;
  private @Nullable Socket socket;

  /**
   * @param keeps its connection until an error, rather than one per request
   */
  NaiveCaller(List<InetSocketAddress> addresses, int timeoutMillis, boolean keeps) {
    this.addresses = addresses;
    this.timeoutMillis = timeoutMillis;
    this.keeps = keeps;
  }

  @Override
  public byte[] call(byte[] request) throws IOException {
    Socket connection = socket == null ? connect() : socket;
    socket = null;
    boolean isGood = false;
    try {
      byte[] answer = exchange(connection, request);
      isGood = true;
      return answer;
    } finally {
      if (isGood && keeps) {
        socket = connection;
      } else {
        connection.close();
      }
    }
  }

  /** A frame there, a frame back. */
  static byte[] exchange(Socket connection, byte[] request) throws IOException {
    int frameBytes = Integer.BYTES + request.length;
    connection
        .getOutputStream()
        .write(ByteBuffer.allocate(frameBytes).putInt(request.length).put(request).array());
    byte[] frame = connection.getInputStream().readNBytes(frameBytes);
    if (frame.length < frameBytes) {
      throw new EOFException("the server closed the connection");
    }
    return Arrays.copyOfRange(frame, Integer.BYTES, frameBytes);
  }

  private Socket connect() throws IOException {
    Socket connection = new Socket();
    try {
      connection.setTcpNoDelay(true);
      connection.setSoTimeout(timeoutMillis);
      connection.connect(
          addresses.get(ThreadLocalRandom.current().nextInt(addresses.size())), timeoutMillis);
      return connection;
    } catch (IOException e) {
      connection.close();
      throw e;
    }
  }
}
