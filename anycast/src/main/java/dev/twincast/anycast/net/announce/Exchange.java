package dev.twincast.anycast.net.announce;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.twincast.anycast.announce.Printable;
import dev.twincast.anycast.frame.Frame;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What a service is told and has to answer, on a connection, to count as well. */
@FunctionalInterface
public interface Exchange {

  /** An answer is looked for in so much of what comes. */
  int MAX_ANSWER_BYTES = 4_096;

  /**
   * Returns once the service has answered well.
   *
   * @throws IOException says what came instead
   */
  void with(InputStream in, OutputStream out) throws IOException;

  /** The service speaks first; any byte will do. */
  static Exchange greeting() {
    return (in, out) -> {
      if (in.read() < 0) {
        throw new EOFException("it closed the connection without a word");
      }
    };
  }

  /** The service sends these bytes, after it was sent those, among the first that it sends. */
  static Exchange of(byte[] send, byte[] expect) {
    return (in, out) -> {
      out.write(send);
      byte[] answer = new byte[MAX_ANSWER_BYTES];
      int length = 0;
      while (length < answer.length) {
        int count = in.read(answer, length, answer.length - length);
        if (count < 0) {
          break;
        }
        length += count;
        if (contains(answer, length, expect)) {
          return;
        }
      }
      String said = Printable.of(new String(answer, 0, length, ISO_8859_1));
      throw new IOException(
          "not the expected answer" + (said.isEmpty() ? ", but nothing" : ": " + said));
    };
  }

  /** The message service, asked for a sign of life. */
  static Exchange ping() {
    return (in, out) -> {
      out.write(ByteBuffer.allocate(Frame.HEADER_BYTES).putInt(Frame.PING).array());
      int word = new DataInputStream(in).readInt();
      if (word == Frame.GOING_AWAY) {
        throw new IOException("it is going away");
      }
      if (word != Frame.PONG) {
        throw new IOException("it is no message service: its answer begins with " + word);
      }
    };
  }

  private static boolean contains(byte[] answer, int length, byte[] expect) {
    for (int i = 0; i + expect.length <= length; i++) {
      if (Arrays.equals(answer, i, i + expect.length, expect, 0, expect.length)) {
        return true;
      }
    }
    return false;
  }
}
