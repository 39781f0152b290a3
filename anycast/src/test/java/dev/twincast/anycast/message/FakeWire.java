package dev.twincast.anycast.message;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/** A wire in memory: gives and takes bytes in pieces of any size, as the test allows. */
final class FakeWire implements Wire {
  private final RandomGenerator random;
  private ByteBuffer incoming = ByteBuffer.allocate(0);
  private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
  private boolean clientEnded;

  int window = Integer.MAX_VALUE; // bytes that the client still takes
  boolean readable = true;
  boolean writable;
  boolean outputEnded;
  boolean closed;
  boolean broken;

  FakeWire(RandomGenerator random) {
    this.random = random;
  }

  void send(byte[] bytes) {
    ByteBuffer all = ByteBuffer.allocate(incoming.remaining() + bytes.length);
    incoming = all.put(incoming).put(bytes).flip();
  }

  void endOfInput() {
    clientEnded = true;
  }

  boolean hasInput() {
    return incoming.hasRemaining() || clientEnded;
  }

  byte[] taken() {
    return taken.toByteArray();
  }

  @Override
  public int read(ByteBuffer in) throws IOException {
    mustBeOpen();
    if (broken) {
      throw new IOException("reset, as this test wants");
    }
    if (!incoming.hasRemaining()) {
      return clientEnded ? -1 : 0;
    }
    int n = Math.min(in.remaining(), incoming.remaining());
    n = 1 + random.nextInt(n);
    for (int i = 0; i < n; i++) {
      in.put(incoming.get());
    }
    return n;
  }

  @Override
  public int write(ByteBuffer out) {
    mustBeOpen();
    int n = Math.min(window, out.remaining());
    if (n > 1 && random.nextBoolean()) {
      n = 1 + random.nextInt(n);
    }
    for (int i = 0; i < n; i++) {
      taken.write(out.get());
    }
    window -= n;
    return n;
  }

  /** The number of a closed socket may be another client's. */
  private void mustBeOpen() {
    if (closed) {
      throw new IllegalStateException("used after it was closed");
    }
  }

  @Override
  public void interest(boolean readable, boolean writable) {
    this.readable = readable;
    this.writable = writable;
  }

  @Override
  public void shutdownOutput() {
    outputEnded = true;
  }

  @Override
  public void close() {
    closed = true;
  }
}
