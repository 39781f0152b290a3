package dev.twincast.feed.drive;

import dev.twincast.feed.files.FileSource;
import dev.twincast.feed.journal.Origin;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that was published, and stays where it is. */
record FileOrigin(FileSource file) implements Origin {
  @Override
  public int length(long index) {
    return file.length(index);
  }

  @Override
  public boolean read(long index, ByteBuffer out) throws IOException {
    return file.read(index, out);
  }
}
