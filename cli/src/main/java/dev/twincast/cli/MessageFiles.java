package dev.twincast.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * A folder that takes each message as a file of its own: {@code 000001.json}, {@code 000002.bin}.
 */
final class MessageFiles {
  private final Path folder;

  private MessageFiles(Path folder) {
    this.folder = folder;
  }

  /** Makes the folder; one that is there must be empty, so that nothing is overwritten. */
  static MessageFiles in(Path folder) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new UsageException("--output: " + folder + " is not a folder");
    }
    Files.createDirectories(folder);
    try (Stream<Path> content = Files.list(folder)) {
      if (content.findAny().isPresent()) {
        throw new UsageException("--output: the folder " + folder + " is not empty");
      }
    }
    return new MessageFiles(folder);
  }

  void write(long number, Payload payload) throws IOException {
    Path file = folder.resolve("%06d.%s".formatted(number, payload.fileExtension()));
    Files.write(file, payload.bytes(), StandardOpenOption.CREATE_NEW);
  }
}
