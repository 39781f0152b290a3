package dev.twincast.anycast.message;

import static dev.twincast.anycast.frame.Frame.HEADER_BYTES;
import static dev.twincast.anycast.frame.Frame.PING;

import java.nio.ByteBuffer;

/** Finds the frames that a client sends. Keeps nothing: what is incomplete stays in the buffer. */
final class RequestDecoder {

  /** What is at the front of a buffer. */
  enum Front {
    /** A whole request. */
    REQUEST,
    PING,
    /** A part of a frame, or nothing. */
    INCOMPLETE,
    /** A word that only a server says, an unknown one, or a length above the limit. */
    ILLEGAL
  }

  private final int maxBytes;

  RequestDecoder(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  Front front(ByteBuffer in) {
    if (in.remaining() < HEADER_BYTES) {
      return Front.INCOMPLETE;
    }
    int length = in.getInt(in.position());
    if (length < 0) {
      return length == PING ? Front.PING : Front.ILLEGAL;
    }
    if (length > maxBytes) {
      return Front.ILLEGAL;
    }
    return in.remaining() - HEADER_BYTES < length ? Front.INCOMPLETE : Front.REQUEST;
  }

  /** The payload's length of the request at the front. */
  static int length(ByteBuffer in) {
    return in.getInt(in.position());
  }

  /**
   * Bytes that the incomplete frame at the front has in the end, or of its header if that is cut.
   */
  static int frameBytes(ByteBuffer in) {
    return in.remaining() < HEADER_BYTES ? HEADER_BYTES : HEADER_BYTES + length(in);
  }
}
