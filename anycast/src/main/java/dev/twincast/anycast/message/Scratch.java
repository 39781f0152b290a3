package dev.twincast.anycast.message;

import java.nio.ByteBuffer;

/**
 * The buffers that all conversations of one thread use in turn. Nothing in them outlives a call.
 */
public final class Scratch {
  static final int BYTES = 65_536;

  final ByteBuffer in = ByteBuffer.allocateDirect(BYTES);
  final ByteBuffer out = ByteBuffer.allocateDirect(BYTES);

  /** A second view of {@link #in}, to show one request to a service. */
  final ByteBuffer request = in.duplicate();
}
