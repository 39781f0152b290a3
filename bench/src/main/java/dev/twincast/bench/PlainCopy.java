package dev.twincast.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * Messages over a socket, and nothing else: what a replay is compared with. Java's blocking
 * sockets; a message has a length and a type, as in SoupBinTCP. The server has all of them in
 * memory, and writes 128 KiB at once; the client reads as much, and looks at each.
 */
final class PlainCopy {
  private static final int PORT = 5008;
  private static final int HEADER_BYTES = 3;
  private static final int CHUNK_BYTES = 1 << 17;

  private PlainCopy() {}

  static void serve(Values settings) throws IOException {
    byte[] all = messages(settings.integer("messages"), settings.integer("size"));
    try (ServerSocket server = new ServerSocket(PORT, 1, InetAddress.getLoopbackAddress())) {
      Program.ready();
      while (true) {
        try (Socket socket = server.accept()) {
          write(socket.getOutputStream(), all, settings.integer("size"));
        }
      }
    }
  }

  private static byte[] messages(int count, int size) {
    ByteBuffer all = ByteBuffer.allocate(count * size);
    for (int i = 0; i < count; i++) {
      all.putLong(i * size, i + 1);
    }
    return all.array();
  }

  private static void write(OutputStream to, byte[] all, int size) throws IOException {
    byte[] array = new byte[CHUNK_BYTES];
    ByteBuffer out = ByteBuffer.wrap(array);
    for (int at = 0; at < all.length; at += size) {
      if (out.remaining() < HEADER_BYTES + size) {
        to.write(array, 0, out.position());
        out.clear();
      }
      out.putShort((short) (1 + size)).put((byte) 'S').put(all, at, size);
    }
    to.write(array, 0, out.position());
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
