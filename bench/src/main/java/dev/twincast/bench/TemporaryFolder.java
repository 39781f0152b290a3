package dev.twincast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder with files, where {@code TMPDIR} says; {@link #close} removes it. */
record TemporaryFolder(Path path) implements AutoCloseable {

  static TemporaryFolder make() throws IOException {
    return new TemporaryFolder(Files.createTempDirectory("bench"));
  }

  /** Of which kind its file system is, such as {@code ext4}. */
  static String fileSystem() throws IOException {
    return Files.getFileStore(Path.of(System.getProperty("java.io.tmpdir"))).type();
  }

  void empty() throws IOException {
    for (Path file : files()) {
      Files.delete(file);
    }
  }

  @Override
  public void close() throws IOException {
    empty();
    Files.delete(path);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.toList();
    }
  }
}
