package dev.twincast.cli;

import dev.twincast.anycast.AnycastClient;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * One call of the greeting service: reads the greeting, and the answer to a line if one is sent.
 */
final class GreetingCall {
  private static final String GREETING = "Hello from server ";
  private static final int MAX_LINE_BYTES = 65_536 + 1024; // the longest echo, and a name

  private GreetingCall() {}

  /** Reading a greeting and echoing a line change nothing, so another replica may repeat it. */
  static Answer on(AnycastClient client, String message) throws IOException {
    long start = System.nanoTime();
    return client.call(connection -> exchange(connection, message, start));
  }

  private static Answer exchange(Socket connection, String message, long start) throws IOException {
    InputStream in = new BufferedInputStream(connection.getInputStream(), 1024);
    String greeting = readLine(in);
    String text = greeting;
    if (!message.isEmpty()) {
      connection.getOutputStream().write((message + "\n").getBytes(StandardCharsets.UTF_8));
      text = readLine(in);
    }
    String address = HostPort.of((InetSocketAddress) connection.getRemoteSocketAddress());
    return new Answer(
        replica(greeting, text, message, address), address, text, System.nanoTime() - start);
  }

  private static String replica(String greeting, String text, String message, String address) {
    if (greeting.startsWith(GREETING)) {
      return greeting.substring(GREETING.length());
    }
    String echo = ": " + message;
    return !message.isEmpty() && text.endsWith(echo)
        ? text.substring(0, text.length() - echo.length())
        : address;
  }

  private static String readLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("closed the connection without an answer");
      }
      if (line.size() == MAX_LINE_BYTES) {
        throw new IOException("answered more than " + MAX_LINE_BYTES + " bytes without a line end");
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}
