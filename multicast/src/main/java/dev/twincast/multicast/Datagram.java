package dev.twincast.multicast;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * One received datagram: who sent it, and what it carried.
 *
 * @param source the sender's address and port
 * @param payload the message, 0 to 65,527 bytes, read-only; copied when the record is made, so that
 *     it stays as it is for ever. Each call returns a new view from the first byte to the last
 */
public record Datagram(InetSocketAddress source, ByteBuffer payload) {

  public Datagram {
    payload =
        ByteBuffer.allocate(payload.remaining()).put(payload.duplicate()).flip().asReadOnlyBuffer();
  }

  @Override
  public ByteBuffer payload() {
    return payload.duplicate();
  }

  /** The message in an array of its own. */
  public byte[] bytes() {
    byte[] bytes = new byte[payload.remaining()];
    payload().get(bytes);
    return bytes;
  }
}
