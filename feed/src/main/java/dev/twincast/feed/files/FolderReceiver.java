package dev.twincast.feed.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Receives the files of a session into a folder, and writes nowhere else: names that could lead out
 * of it are refused, and no link in it is followed. A file has a temporary name in {@code
 * FOLDER/.twincast} until it is whole and its hash is right; then it appears at once. A file that
 * is there is never overwritten: an equal one is left, another gets a name such as {@code photo
 * (2).jpg}.
 *
 * <p>After a restart it goes on from {@link #position} with what it has. Messages that come again
 * do no harm. One receiver for a folder and session at a time; not thread-safe. Memory: 128 KiB for
 * each of at most {@value #MAX_OPEN} files that come at the same time.
 */
public final class FolderReceiver implements AutoCloseable {
  static final String MANIFEST = ".manifest";

  /** With more than this many incomplete files, the one that rests longest is given up. */
  private static final int MAX_OPEN = 32;

  /** Received files that wait for a checkpoint to be forced. */
  private static final int MAX_UNFORCED = 1_000;

  private static final int MAX_SAME_NAME = 100;

  private final Path folder;
  private final Path state;
  private final long maxFileBytes;
  private final Map<Long, IncomingFile> incoming = new HashMap<>();
  private final List<Path> unforced = new ArrayList<>(); // received since the last checkpoint
  private long messages;
  private long position;
  private boolean hasMissed;

  private FolderReceiver(Path folder, Path state, long maxFileBytes) {
    this.folder = folder;
    this.state = state;
    this.maxFileBytes = maxFileBytes;
  }

  /**
   * Opens a folder, which is made if it is not there, and what a run before has left.
   *
   * @param session 1 to 10 printable ASCII characters
   * @param maxFileBytes larger files are refused
   * @throws IOException if it cannot be used
   */
  public static FolderReceiver open(Path folder, String session, long maxFileBytes)
      throws IOException {
    Path real = Files.createDirectories(folder).toRealPath();
    Path hidden = directory(real.resolve(".twincast"));
    String name = HexFormat.of().formatHex(session.getBytes(StandardCharsets.UTF_8));
    var receiver = new FolderReceiver(real, directory(hidden.resolve(name)), maxFileBytes);
    receiver.resume();
    return receiver;
  }

  /** A directory that is there or made, and is no link to another. */
  private static Path directory(Path path) throws IOException {
    try {
      Files.createDirectory(path);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(path + " is not a directory (move it away)", e);
      }
    }
    return path;
  }

  private void resume() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(state, "*" + MANIFEST)) {
      for (Path file : files) {
        resume(file);
      }
    }
    deleteParts();
    Path stored = state.resolve("position");
    if (Files.isRegularFile(stored, LinkOption.NOFOLLOW_LINKS)) {
      String text = Files.readString(stored).strip();
      position = text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }
  }

  private void resume(Path file) throws IOException {
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.size(file) <= FileMessage.MIN_MESSAGE_BYTES
        && FileMessage.decode(ByteBuffer.wrap(Files.readAllBytes(file)))
            instanceof FileMessage.Manifest manifest
        && FileName.refusal(manifest.name()).isEmpty()
        && Files.isRegularFile(
            state.resolve(HexFormat.of().toHexDigits(manifest.id()) + ".part"),
            LinkOption.NOFOLLOW_LINKS)) {
      incoming.put(manifest.id(), IncomingFile.resume(manifest, state));
    } else {
      Files.delete(file);
    }
  }

  /** Those without a manifest. */
  private void deleteParts() throws IOException {
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(state, "*.part")) {
      for (Path part : parts) {
        String id = part.getFileName().toString().replace(".part", "");
        if (!Files.exists(state.resolve(id + MANIFEST), LinkOption.NOFOLLOW_LINKS)) {
          Files.delete(part);
        }
      }
    }
  }

  /** The number of the message to go on from, as {@link #checkpoint} stored it; 0: none. */
  public long position() {
    return position;
  }

  /**
   * Takes the next message of the session.
   *
   * @return what became of files by it; mostly nothing
   * @throws IOException if something could not be written, as on a full disk. The message may then
   *     be given again
   */
  public List<FileEvent> onMessage(ByteBuffer message) throws IOException {
    messages++;
    return switch (FileMessage.decode(message)) {
      case FileMessage.Chunk chunk -> take(chunk);
      case FileMessage.Manifest manifest -> begin(manifest);
      case FileMessage.Plain() -> List.of();
      case FileMessage.Broken(String reason) -> List.of(refused("", reason));
    };
  }

  private List<FileEvent> begin(FileMessage.Manifest manifest) throws IOException {
    if (incoming.containsKey(manifest.id())) {
      return List.of();
    }
    String name = FileName.printable(manifest.name());
    Optional<String> refusal = refusal(manifest);
    if (refusal.isPresent()) {
      return List.of(refused(name, refusal.get()));
    }
    List<FileEvent> events = new ArrayList<>();
    if (incoming.size() == MAX_OPEN) {
      IncomingFile resting =
          incoming.values().stream().min(Comparator.comparingLong(file -> file.lastUse)).get();
      events.add(giveUp(resting, "more than " + MAX_OPEN + " files came at the same time"));
    }
    IncomingFile file = IncomingFile.begin(manifest, state);
    file.lastUse = messages;
    incoming.put(manifest.id(), file);
    events.add(new FileEvent.Started(name, manifest.sizeBytes()));
    if (file.isWhole()) {
      events.add(finish(file));
    }
    return events;
  }

  private Optional<String> refusal(FileMessage.Manifest manifest) throws IOException {
    Optional<String> refusal = FileName.refusal(manifest.name());
    if (refusal.isPresent()) {
      return refusal;
    }
    try {
      var _ = folder.resolve(manifest.name());
    } catch (InvalidPathException e) {
      return Optional.of("its name cannot be a file's here: " + e.getReason());
    }
    if (manifest.sizeBytes() > maxFileBytes) {
      return Optional.of("it is larger than " + maxFileBytes + " bytes");
    }
    long room = Files.getFileStore(folder).getUsableSpace();
    return manifest.sizeBytes() > room
        ? Optional.of("it has " + manifest.sizeBytes() + " bytes, and there is room for " + room)
        : Optional.empty();
  }

  private List<FileEvent> take(FileMessage.Chunk chunk) throws IOException {
    IncomingFile file = incoming.get(chunk.id());
    if (file == null) {
      hasMissed = true; // of a file that was refused, given up, received before, or joined late
      return List.of();
    }
    file.lastUse = messages;
    Optional<String> failure = file.take(chunk);
    if (failure.isPresent()) {
      return List.of(giveUp(file, failure.get()));
    }
    return file.isWhole() ? List.of(finish(file)) : List.of();
  }

  private FileEvent finish(IncomingFile file) throws IOException {
    FileMessage.Manifest manifest = file.manifest();
    if (!file.isRight()) {
      return giveUp(file, "its hash is wrong");
    }
    for (int copy = 1; copy <= MAX_SAME_NAME; copy++) {
      String name = copy == 1 ? manifest.name() : FileName.numbered(manifest.name(), copy);
      Path target = folder.resolve(name);
      if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        file.moveTo(target);
        incoming.remove(manifest.id());
        unforced.add(target);
        if (unforced.size() == MAX_UNFORCED) {
          forceReceived();
        }
        return new FileEvent.Received(manifest.name(), manifest.sizeBytes(), target, false);
      }
      if (isContent(target, manifest)) {
        file.delete();
        incoming.remove(manifest.id());
        return new FileEvent.Received(manifest.name(), manifest.sizeBytes(), target, true);
      }
    }
    return giveUp(file, "there are " + MAX_SAME_NAME + " other files of its name");
  }

  private static boolean isContent(Path path, FileMessage.Manifest manifest) throws IOException {
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
        || Files.size(path) != manifest.sizeBytes()) {
      return false;
    }
    MessageDigest digest = Sha256.digest();
    Sha256.add(digest, path, Long.MAX_VALUE);
    return Sha256.text(digest).equals(manifest.sha256());
  }

  private FileEvent refused(String name, String reason) {
    hasMissed = true;
    return new FileEvent.Refused(name, reason);
  }

  private FileEvent giveUp(IncomingFile file, String reason) throws IOException {
    hasMissed = true;
    incoming.remove(file.manifest().id());
    file.delete();
    return new FileEvent.Failed(FileName.printable(file.manifest().name()), reason);
  }

  /** The session has ended: what is not whole will not be. */
  public List<FileEvent> end() throws IOException {
    List<FileEvent> events = new ArrayList<>();
    for (IncomingFile file : List.copyOf(incoming.values())) {
      events.add(giveUp(file, "the session ended before it was whole"));
    }
    return events;
  }

  /**
   * Whether every file of which anything came is whole, right, and has its name in the folder. When
   * in doubt it is not so: for who goes on after a crash with messages that it had dealt with.
   */
  public boolean isComplete() {
    return incoming.isEmpty() && !hasMissed;
  }

  /** What has come of the files that are not whole yet. */
  public List<Progress> progress() {
    return incoming.values().stream()
        .map(file ->
            new Progress(file.manifest().name(), file.receivedBytes(), file.manifest().sizeBytes()))
        .toList();
  }

  /** How far a file has come. */
  public record Progress(String name, long receivedBytes, long sizeBytes) {}

  /**
   * Stores that all messages before this one need not come again, and forces what they brought.
   *
   * @param next the number of the message to go on from
   */
  public void checkpoint(long next) throws IOException {
    for (IncomingFile file : incoming.values()) {
      file.force();
    }
    forceReceived();
    Path fresh = state.resolve("position.new");
    Files.deleteIfExists(fresh);
    Files.writeString(fresh, next + "\n", StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    force(fresh);
    Files.move(fresh, state.resolve("position"), StandardCopyOption.ATOMIC_MOVE);
    position = next;
  }

  private void forceReceived() throws IOException {
    for (Path file : unforced) {
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        force(file);
      }
    }
    unforced.clear();
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Leaves what is not whole to be resumed. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (IncomingFile file : incoming.values()) {
      try {
        file.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    incoming.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
