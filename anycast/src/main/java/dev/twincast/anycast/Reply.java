package dev.twincast.anycast;

import java.net.InetSocketAddress;

/** A replica's answer. */
public final class Reply {
  private final byte[] payload;
  private final InetSocketAddress replica;

  Reply(byte[] payload, InetSocketAddress replica) {
    this.payload = payload;
    this.replica = replica;
  }

  /** What it answered: an array of the caller's own. */
  public byte[] payload() {
    return payload;
  }

  /** Who it was. */
  public InetSocketAddress replica() {
    return replica;
  }
}
