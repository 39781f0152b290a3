package dev.twincast.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The lines of a stream, byte for byte and without their line feeds. A thread of its own reads
 * ahead, because a read from a terminal cannot be interrupted, but {@link #next} can.
 */
final class InputLines {
  /** What the reader found: a line, the end (empty), or why it could not go on. */
  private sealed interface Found {
    record Line(Optional<byte[]> bytes) implements Found {}

    record Failure(IOException reason) implements Found {}
  }

  private final BlockingQueue<Found> found = new LinkedBlockingQueue<>(64);

  InputLines(InputStream in, int maxLineBytes) {
    Thread.ofPlatform()
        .name("twincast-stdin")
        .daemon()
        .start(() -> readAll(new BufferedInputStream(in), maxLineBytes));
  }

  /** The next line, or empty at the end. */
  Optional<byte[]> next() throws IOException, InterruptedException {
    return switch (found.take()) {
      case Found.Line(Optional<byte[]> bytes) -> bytes;
      case Found.Failure(IOException reason) -> throw reason;
    };
  }

  private void readAll(InputStream in, int maxLineBytes) {
    try {
      try {
        Optional<byte[]> line;
        do {
          line = readLine(in, maxLineBytes);
          found.put(new Found.Line(line));
        } while (line.isPresent());
      } catch (IOException e) {
        found.put(new Found.Failure(e));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  private static Optional<byte[]> readLine(InputStream in, int maxLineBytes) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b;
    while ((b = in.read()) >= 0 && b != '\n') {
      if (line.size() == maxLineBytes) {
        throw new IOException(
            "a line is longer than a datagram's " + maxLineBytes + " bytes; sent what came before");
      }
      line.write(b);
    }
    return b < 0 && line.size() == 0 ? Optional.empty() : Optional.of(line.toByteArray());
  }
}
