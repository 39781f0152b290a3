package dev.twincast.anycast.announce;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The answer of an FRR daemon to one command on its vty socket: text, three zero bytes and a status
 * byte. Source: {@code lib/vty.c} ({@code vtysh_read}) and {@code lib/command.h} of FRR.
 */
public sealed interface VtyReply {

  /** Done. */
  int SUCCESS = 0;

  /** The configuration could not be changed so; for {@code no network}: there is none. */
  int CONFIG_FAILED = 13;

  /** The status has not come yet. */
  record Incomplete() implements VtyReply {}

  /** These are not the words of FRR. */
  record Malformed(String reason) implements VtyReply {}

  /**
   * All of it.
   *
   * @param status 0 to 255, of {@code lib/command.h}
   */
  record Complete(int status, String text) implements VtyReply {
    public boolean isSuccess() {
      return status == SUCCESS;
    }
  }

  /** Reads what has come so far, from the beginning of the answer. The buffer stays as it is. */
  static VtyReply parse(ByteBuffer received) {
    int length = received.remaining();
    for (int i = 0; i < length; i++) {
      if (received.get(received.position() + i) == 0) {
        return parse(received, i);
      }
    }
    return new Incomplete();
  }

  private static VtyReply parse(ByteBuffer received, int textLength) {
    int zeros = 0;
    int end = Math.min(received.remaining(), textLength + 3);
    for (int i = textLength; i < end; i++) {
      if (received.get(received.position() + i) != 0) {
        return new Malformed("a zero byte within the text");
      }
      zeros++;
    }
    if (zeros < 3 || received.remaining() < textLength + 4) {
      return new Incomplete();
    }
    if (received.remaining() > textLength + 4) {
      return new Malformed("more after the status");
    }
    ByteBuffer text = received.slice(received.position(), textLength);
    int status = received.get(received.position() + textLength + 3) & 0xff;
    return new Complete(status, StandardCharsets.UTF_8.decode(text).toString());
  }
}
