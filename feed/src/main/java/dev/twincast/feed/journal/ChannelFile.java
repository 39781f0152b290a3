package dev.twincast.feed.journal;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file of a {@link DirectoryDisk}. An interrupt of the thread closes a {@link FileChannel}; here
 * it only stays pending, so that a journal can still be written and forced while a command ends.
 */
final class ChannelFile implements DiskFile {
  private final Path path;
  private FileChannel channel;

  ChannelFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  @Override
  public long length() throws IOException {
    return uninterrupted(FileChannel::size);
  }

  @Override
  public void read(long position, ByteBuffer into) throws IOException {
    int start = into.position();
    uninterrupted(channel -> {
      into.position(start);
      long at = position;
      while (into.hasRemaining()) {
        int count = channel.read(into, at);
        if (count < 0) {
          break;
        }
        at += count;
      }
      return 0L;
    });
  }

  @Override
  public void write(long position, ByteBuffer from) throws IOException {
    int start = from.position();
    uninterrupted(channel -> {
      from.position(start);
      while (from.hasRemaining()) {
        channel.write(from, position + from.position() - start);
      }
      return 0L;
    });
  }

  @Override
  public void truncate(long lengthBytes) throws IOException {
    uninterrupted(channel -> {
      channel.truncate(lengthBytes);
      return 0L;
    });
  }

  @Override
  public void force() throws IOException {
    // fdatasync(2): of the metadata only what is needed to read the data, so also the length
    uninterrupted(channel -> {
      channel.force(false);
      return 0L;
    });
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  @FunctionalInterface
  private interface Operation {
    long on(FileChannel channel) throws IOException;
  }

  private long uninterrupted(Operation operation) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return operation.on(channel);
        } catch (ClosedByInterruptException e) {
          interrupted = true;
          Thread.interrupted();
          channel = FileChannel.open(path, READ, WRITE);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
