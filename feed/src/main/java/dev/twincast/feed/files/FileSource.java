package dev.twincast.feed.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file as the messages that carry it. The file is read twice: for its hash, which goes first, and
 * for its content; a checksum, which costs next to nothing, tells whether both were the same. Each
 * message can be read again later, also when the file was closed meanwhile. Not thread-safe;
 * memory: 128 KiB, twice that when messages are read again, however large the file.
 */
public final class FileSource implements AutoCloseable {
  private static final int BLOCK_BYTES = 128 * 1024; // more than the longest chunk

  private final Path path;
  private final FileChannel file;
  private final FileMessage.Manifest manifest;
  private final long checksum;
  private final CRC32C sent = new CRC32C();
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).limit(0);
  private final ByteBuffer message;

  // What was read again, from a position in the file on.
  private @Nullable ByteBuffer again;
  private long againAt;

  private int next = -1; // the chunk to be put next; -1: the manifest

  private FileSource(Path path, FileChannel file, FileMessage.Manifest manifest, long checksum) {
    this.path = path;
    this.file = file;
    this.manifest = manifest;
    this.checksum = checksum;
    message = ByteBuffer.allocate(Math.max(length(0), length(1)));
  }

  /**
   * Opens a file to be sent in messages of at most so many bytes.
   *
   * @param maxMessageBytes at least {@link FileMessage#MIN_MESSAGE_BYTES}
   * @throws IOException if it cannot be read, or receivers would refuse its name
   */
  public static FileSource open(Path path, int maxMessageBytes, RandomGenerator random)
      throws IOException {
    if (maxMessageBytes < FileMessage.MIN_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "messages of "
              + maxMessageBytes
              + " bytes cannot carry files: at least "
              + FileMessage.MIN_MESSAGE_BYTES
              + " are needed");
    }
    Path last = path.toAbsolutePath().normalize().getFileName();
    String name = last == null ? "" : last.toString();
    String refusal = FileName.refusal(name).orElse("");
    if (!refusal.isEmpty()) {
      throw new IOException(path + " cannot be sent: " + refusal + " (rename it)");
    }
    if (!Files.isRegularFile(path)) {
      throw new IOException(path + " cannot be sent: it is not a file");
    }
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      long size = file.size();
      MessageDigest digest = Sha256.digest();
      CRC32C checksum = new CRC32C();
      add(file, size, digest, checksum);
      int chunkBytes = Math.min(65_535, maxMessageBytes - FileMessage.CHUNK_HEADER_BYTES);
      var manifest =
          new FileMessage.Manifest(random.nextLong(), size, chunkBytes, Sha256.text(digest), name);
      if (manifest.chunks() > Integer.MAX_VALUE) {
        throw new IOException(path + " cannot be sent: it is too large (use longer messages)");
      }
      return new FileSource(path, file, manifest, checksum.getValue());
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static void add(FileChannel file, long size, MessageDigest digest, CRC32C checksum)
      throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    long at = 0;
    while (at < size) {
      int count = file.read(block.clear().limit((int) Math.min(BLOCK_BYTES, size - at)), at);
      if (count < 0) {
        return; // it has become shorter, which is seen when it is sent
      }
      digest.update(block.flip());
      checksum.update(block.flip());
      at += count;
    }
  }

  /** What is sent first. */
  public FileMessage.Manifest manifest() {
    return manifest;
  }

  /** Bytes of the content that have been put so far. */
  public long sentBytes() {
    return Math.min(manifest.sizeBytes(), (long) Math.max(0, next) * manifest.chunkBytes());
  }

  /** The index of the next message; 0: the manifest. */
  public long nextIndex() {
    return next + 1L;
  }

  /**
   * The next message, in memory that the next call uses again; empty: there is none any more.
   *
   * @throws IOException as {@link #next(ByteBuffer)}
   */
  public Optional<ByteBuffer> next() throws IOException {
    return next(message.clear()) ? Optional.of(message.flip()) : Optional.empty();
  }

  /**
   * Puts the next message, for which there must be room.
   *
   * @return false: there is none any more
   * @throws IOException if the file cannot be read, or is not what it was when it was opened:
   *     receivers then never have it whole
   */
  public boolean next(ByteBuffer out) throws IOException {
    if (next < 0) {
      manifest.put(out);
      next = 0;
      return true;
    }
    if (next >= manifest.chunks()) {
      return false;
    }
    int length = manifest.lengthBytes(next);
    fetch(length);
    ByteBuffer data = block.slice(block.position(), length);
    sent.update(data);
    if (next == manifest.chunks() - 1 && sent.getValue() != checksum) {
      throw changed();
    }
    FileMessage.Chunk.putHeader(out, manifest.id(), next);
    out.put(data.flip());
    block.position(block.position() + length);
    next++;
    return true;
  }

  private void fetch(int length) throws IOException {
    if (block.remaining() >= length) {
      return;
    }
    block.compact();
    try {
      while (block.position() < length) {
        if (file.read(block) < 0) {
          throw changed();
        }
      }
    } finally {
      block.flip();
    }
  }

  /** The length of any of its messages in bytes, 0 for one that it does not have. */
  public int length(long index) {
    if (index == 0) {
      return manifest.lengthBytes();
    }
    return index > 0 && index <= manifest.chunks()
        ? FileMessage.CHUNK_HEADER_BYTES + manifest.lengthBytes((int) index - 1)
        : 0;
  }

  /**
   * Puts any of its messages once more, also after {@link #close}. Another thread than the one that
   * calls {@link #next()} may call it.
   *
   * @return false: there is none with this index, no room for it, or the file has become shorter;
   *     then nothing was put
   */
  public boolean read(long index, ByteBuffer out) throws IOException {
    int length = length(index);
    if (length == 0 || length > out.remaining()) {
      return false;
    }
    if (index == 0) {
      manifest.put(out);
      return true;
    }
    int chunk = (int) index - 1;
    ByteBuffer data = readAgain((long) chunk * manifest.chunkBytes(), manifest.lengthBytes(chunk));
    if (data == null) {
      return false;
    }
    FileMessage.Chunk.putHeader(out, manifest.id(), chunk);
    out.put(data);
    return true;
  }

  /** Part of the file, in memory that holds what comes behind it as well; null: it is not there. */
  private @Nullable ByteBuffer readAgain(long from, int length) throws IOException {
    ByteBuffer block = again;
    if (block == null) {
      block = ByteBuffer.allocate(BLOCK_BYTES).limit(0);
      again = block;
    }
    if (from < againAt || from + length > againAt + block.limit()) {
      block.clear();
      againAt = from;
      try (FileChannel reopened = FileChannel.open(path, StandardOpenOption.READ)) {
        int count = 0;
        while (block.hasRemaining() && count >= 0) {
          count = reopened.read(block, from + block.position());
        }
      } finally {
        block.flip();
      }
    }
    return length > block.limit() - (int) (from - againAt)
        ? null
        : block.slice((int) (from - againAt), length);
  }

  private IOException changed() {
    return new IOException(path + " was changed while it was sent (publish it again)");
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
