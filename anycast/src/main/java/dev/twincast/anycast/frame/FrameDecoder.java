package dev.twincast.anycast.frame;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the frames in a stream of bytes that comes in pieces. Translates only; whoever uses it
 * decides what a frame means. Not thread-safe.
 */
public final class FrameDecoder {

  /** What {@link #next} found. */
  public enum Found {
    /** The bytes end before the frame does. */
    NOTHING,
    /** A message: {@link #message()} has its payload. */
    MESSAGE,
    /** {@link Frame#GOING_AWAY}. */
    GOING_AWAY,
    /** {@link Frame#PING}. */
    PING,
    /** {@link Frame#PONG}. */
    PONG,
    /** Neither a word nor a length within the limit: {@link #length()}. What follows is lost. */
    ILLEGAL
  }

  private final int maxBytes;
  private int headerBytes;
  private int length;
  private byte @Nullable [] payload;
  private int filled;
  private byte[] message = {};

  /** A decoder that takes payloads of so many bytes at most. */
  public FrameDecoder(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Takes bytes until one frame is whole or they end. */
  public Found next(ByteBuffer in) {
    if (payload == null) {
      if (!readLength(in)) {
        return Found.NOTHING;
      }
      if (length < 0 || length > maxBytes) {
        return word();
      }
      payload = new byte[length];
      filled = 0;
    }
    return readPayload(in, payload);
  }

  /** The payload that was found last. */
  public byte[] message() {
    return message;
  }

  /** The length field that was read last. */
  public int length() {
    return length;
  }

  private boolean readLength(ByteBuffer in) {
    if (headerBytes == 0 && in.remaining() >= Frame.HEADER_BYTES) {
      length = in.getInt();
      return true;
    }
    while (in.hasRemaining() && headerBytes < Frame.HEADER_BYTES) {
      length = (length << Byte.SIZE) | (in.get() & 0xff);
      headerBytes++;
    }
    if (headerBytes < Frame.HEADER_BYTES) {
      return false;
    }
    headerBytes = 0;
    return true;
  }

  private Found word() {
    return switch (length) {
      case Frame.GOING_AWAY -> Found.GOING_AWAY;
      case Frame.PING -> Found.PING;
      case Frame.PONG -> Found.PONG;
      default -> Found.ILLEGAL;
    };
  }

  private Found readPayload(ByteBuffer in, byte[] payload) {
    int n = Math.min(in.remaining(), payload.length - filled);
    in.get(payload, filled, n);
    filled += n;
    if (filled < payload.length) {
      return Found.NOTHING;
    }
    message = payload;
    this.payload = null;
    return Found.MESSAGE;
  }
}
