package dev.twincast.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The lines of a stream, byte for byte and without their line feeds. A thread of its own reads
 * ahead.
 */
final class InputLines {
  private final Handover<Optional<byte[]>> lines = new Handover<>(64);
  private final InputStream in;
  private final int maxLineBytes;
  private final String wayOut;

  /**
   * @param wayOut what to do about a line that is too long
   */
  InputLines(InputStream in, int maxLineBytes, String wayOut) {
    this.in = new BufferedInputStream(in);
    this.maxLineBytes = maxLineBytes;
    this.wayOut = wayOut;
    lines.start("twincast-stdin", this::readAll);
  }

  /** The next line, or empty at the end. */
  Optional<byte[]> next() throws IOException, InterruptedException {
    return lines.take();
  }

  private void readAll() throws IOException, InterruptedException {
    Optional<byte[]> line;
    do {
      line = readLine();
      lines.put(line);
    } while (line.isPresent());
  }

  private Optional<byte[]> readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b;
    while ((b = in.read()) >= 0 && b != '\n') {
      if (line.size() == maxLineBytes) {
        throw new IOException(
            "a line is longer than a datagram's %d bytes; sent what came before (%s)"
                .formatted(maxLineBytes, wayOut));
      }
      line.write(b);
    }
    return b < 0 && line.size() == 0 ? Optional.empty() : Optional.of(line.toByteArray());
  }
}
