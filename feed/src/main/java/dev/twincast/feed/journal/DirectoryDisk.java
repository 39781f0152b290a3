package dev.twincast.feed.journal;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The files of a directory, which belongs to one process at a time: a lock on its file {@code lock}
 * sees to that, and goes away with the process however that ends.
 */
final class DirectoryDisk implements Disk {
  private static final String LOCK = "lock";

  /** Where the lock lies: behind the text, which others may read also where locks are mandatory. */
  private static final long LOCK_POSITION = Long.MAX_VALUE - 1;

  /**
   * Directories open in this process. A second look at the lock file would release the lock when it
   * is closed (fcntl(2): "if a process closes any file descriptor referring to a file, then all of
   * the process's locks on that file are released").
   */
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel lock;

  private DirectoryDisk(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Opens a directory, which is made if it is not there.
   *
   * @throws IOException if it is in use, by whom and what to do; or cannot be used
   */
  static DirectoryDisk open(Path path) throws IOException {
    Path directory = Files.createDirectories(path).toRealPath();
    if (!OPEN.add(directory)) {
      throw inUse(directory, "this process");
    }
    try {
      return new DirectoryDisk(directory, lock(directory));
    } catch (IOException | RuntimeException e) {
      OPEN.remove(directory);
      throw e;
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel = openLock(directory);
    try {
      if (channel.tryLock(LOCK_POSITION, 1, false) == null) {
        ByteBuffer owner = ByteBuffer.allocate(100);
        channel.read(owner, 0);
        throw inUse(directory, StandardCharsets.UTF_8.decode(owner.flip()).toString().strip());
      }
      Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      String owner = "process " + ProcessHandle.current().pid() + ", since " + now + "\n";
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8)), 0);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static FileChannel openLock(Path directory) throws IOException {
    try {
      return FileChannel.open(directory.resolve(LOCK), CREATE, READ, WRITE);
    } catch (AccessDeniedException e) {
      throw new AccessDeniedException(
          directory.toString(),
          null,
          "this user may not keep a journal there (choose another directory: --journal DIR)");
    }
  }

  private static IOException inUse(Path directory, String owner) {
    return new IOException(
        "the journal "
            + directory
            + " is in use by "
            + (owner.isEmpty() ? "another process" : owner)
            + " (stop that one, or choose another directory: --journal DIR)");
  }

  @Override
  public List<String> list() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(LOCK))
          .toList();
    }
  }

  @Override
  public DiskFile create(String name, int lengthBytes) throws IOException {
    Path path = directory.resolve(name);
    FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE, TRUNCATE_EXISTING);
    try {
      // Its length is known from the start, so that forcing need not record a new one each time.
      channel.write(ByteBuffer.allocate(1), lengthBytes - 1L);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new ChannelFile(path, channel);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    Path path = directory.resolve(name);
    return new ChannelFile(path, FileChannel.open(path, READ, WRITE));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
  }

  @Override
  public void forceNames() throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(directory, READ);
    } catch (IOException e) {
      return; // Windows opens no directories, and needs no forcing of them
    }
    try (channel) {
      channel.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    if (lock.isOpen()) {
      lock.close();
      OPEN.remove(directory);
    }
  }
}
