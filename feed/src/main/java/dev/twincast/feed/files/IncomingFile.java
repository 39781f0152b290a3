package dev.twincast.feed.files;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * A file that is being received: its content so far in {@code ID.part}, its manifest, as it came,
 * in {@code ID.manifest} beside it.
 */
final class IncomingFile {
  private static final int BUFFER_BYTES = 128 * 1024; // more than the longest chunk

  private final FileMessage.Manifest manifest;
  private final Path part;
  private final Path manifestFile;
  private final FileChannel channel;
  private final MessageDigest digest = Sha256.digest();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private long written; // bytes of the part
  private int next; // the chunk wanted
  private String sha256 = ""; // of a whole file, once it was asked for

  /** When it last got on, in messages of its receiver. */
  long lastUse;

  private IncomingFile(FileMessage.Manifest manifest, Path state, FileChannel channel) {
    this.manifest = manifest;
    this.channel = channel;
    part = part(state, manifest.id());
    manifestFile = manifestFile(state, manifest.id());
  }

  private static Path part(Path state, long id) {
    return state.resolve(HexFormat.of().toHexDigits(id) + ".part");
  }

  private static Path manifestFile(Path state, long id) {
    return state.resolve(HexFormat.of().toHexDigits(id) + FolderReceiver.MANIFEST);
  }

  /** Begins a file, in place of what may be left of one with its id. */
  static IncomingFile begin(FileMessage.Manifest manifest, Path state) throws IOException {
    Path part = part(state, manifest.id());
    Files.deleteIfExists(part);
    Files.deleteIfExists(manifestFile(state, manifest.id()));
    FileChannel channel = FileChannel.open(part, CREATE_NEW, WRITE);
    try {
      // The manifest last: a part without one is nothing.
      writeManifest(manifest, state);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new IncomingFile(manifest, state, channel);
  }

  private static void writeManifest(FileMessage.Manifest manifest, Path state) throws IOException {
    ByteBuffer message = ByteBuffer.allocate(FileMessage.MIN_MESSAGE_BYTES);
    manifest.put(message);
    message.flip();
    try (FileChannel file =
        FileChannel.open(manifestFile(state, manifest.id()), CREATE_NEW, WRITE)) {
      while (message.hasRemaining()) {
        file.write(message);
      }
    }
  }

  /** Goes on with what a run before has left: as many whole chunks as there are. */
  static IncomingFile resume(FileMessage.Manifest manifest, Path state) throws IOException {
    Path part = part(state, manifest.id());
    FileChannel channel = FileChannel.open(part, Set.of(WRITE, LinkOption.NOFOLLOW_LINKS));
    var file = new IncomingFile(manifest, state, channel);
    try {
      if (channel.size() >= manifest.sizeBytes()) {
        file.next = (int) manifest.chunks();
        file.written = manifest.sizeBytes();
      } else {
        file.next = (int) (channel.size() / manifest.chunkBytes());
        file.written = (long) file.next * manifest.chunkBytes();
      }
      channel.truncate(file.written);
      Sha256.add(file.digest, part, file.written);
      return file;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  FileMessage.Manifest manifest() {
    return manifest;
  }

  long receivedBytes() {
    return written + buffer.position();
  }

  boolean isWhole() {
    return next == manifest.chunks();
  }

  /**
   * Takes a chunk; one that it has already is ignored.
   *
   * @return why the file can never be whole now, if so
   * @throws IOException if it cannot be written; the chunk is not taken, and may be given again
   */
  Optional<String> take(FileMessage.Chunk chunk) throws IOException {
    if (chunk.index() < next) {
      return Optional.empty();
    }
    if (chunk.index() > next) {
      return Optional.of("chunk " + next + " of " + manifest.chunks() + " is missing");
    }
    if (chunk.data().remaining() != manifest.lengthBytes(chunk.index())) {
      return Optional.of("chunk " + next + " has a wrong length");
    }
    if (buffer.remaining() < chunk.data().remaining()) {
      write();
    }
    digest.update(chunk.data().duplicate());
    buffer.put(chunk.data().duplicate());
    next++;
    return Optional.empty();
  }

  private void write() throws IOException {
    int length = buffer.position();
    buffer.flip();
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer, written + buffer.position());
      }
    } catch (IOException e) {
      buffer.limit(buffer.capacity()).position(length);
      throw e;
    }
    buffer.clear();
    written += length;
  }

  /** Makes what it has survive the loss of power. */
  void force() throws IOException {
    write();
    channel.force(true);
  }

  /** Whether a whole file's content is what its manifest says. */
  boolean isRight() throws IOException {
    write();
    if (sha256.isEmpty()) {
      sha256 = Sha256.text(digest);
    }
    return sha256.equals(manifest.sha256());
  }

  /** Gives the whole file its name. */
  void moveTo(Path target) throws IOException {
    channel.close();
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    Files.deleteIfExists(manifestFile);
  }

  void delete() throws IOException {
    channel.close();
    Files.deleteIfExists(manifestFile);
    Files.deleteIfExists(part);
  }

  /** Leaves it to be resumed. */
  void close() throws IOException {
    try (channel) {
      write();
    }
  }
}
