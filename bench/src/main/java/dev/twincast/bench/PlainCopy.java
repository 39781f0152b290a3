package dev.twincast.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * Messages over a socket, and nothing else: what a replay cannot be faster than. Java's blocking
 * sockets; a message has a length and a type, as in SoupBinTCP, and is made of the same few bytes
 * each time, so it comes from the cache of the processor. The server writes 128 KiB at once, the
 * client reads as much.
 */
final class PlainCopy {
  private static final int PORT = 5008;
  private static final int HEADER_BYTES = 3;
  private static final int CHUNK_BYTES = 1 << 17;

  private PlainCopy() {}

  static void serve(Values settings) throws IOException {
    try (ServerSocket server = new ServerSocket(PORT, 1, InetAddress.getLoopbackAddress())) {
      Program.ready();
      while (true) {
        try (Socket socket = server.accept()) {
          write(socket.getOutputStream(), settings.number("messages"), settings.integer("size"));
        }
      }
    }
  }

  private static void write(OutputStream to, long messages, int size) throws IOException {
    byte[] message = new byte[size - Long.BYTES];
    ByteBuffer out = ByteBuffer.allocate(CHUNK_BYTES);
    for (long i = 1; i <= messages; i++) {
      if (out.remaining() < HEADER_BYTES + size) {
        to.write(out.array(), 0, out.position());
        out.clear();
      }
      out.putShort((short) (1 + size)).put((byte) 'S').putLong(i).put(message);
    }
    to.write(out.array(), 0, out.position());
  }

  /** Reads all there is, and looks at each message. */
  static void fetch(Values settings) throws IOException {
    byte[] array = new byte[CHUNK_BYTES];
    ByteBuffer bytes = ByteBuffer.wrap(array).limit(0);
    long next = 1;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), PORT)) {
      InputStream from = socket.getInputStream();
      while (next <= settings.number("messages")) {
        bytes.compact();
        int n = from.read(array, bytes.position(), bytes.remaining());
        if (n < 0) {
          throw new IOException("it ended too early");
        }
        next = read(bytes.position(bytes.position() + n).flip(), next);
      }
    }
  }

  /** Takes the whole messages; returns which comes next. */
  private static long read(ByteBuffer bytes, long expected) throws IOException {
    long next = expected;
    while (bytes.remaining() >= HEADER_BYTES) {
      int at = bytes.position();
      int end = at + Short.BYTES + bytes.getShort(at);
      if (end > bytes.limit()) {
        break;
      }
      if (bytes.getLong(at + HEADER_BYTES) != next++) {
        throw new IOException("out of order");
      }
      bytes.position(end);
    }
    return next;
  }
}
