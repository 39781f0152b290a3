package dev.twincast.feed.files;

import java.nio.file.Path;

/** What became of a file. Its name can be shown, whatever came. */
public sealed interface FileEvent {

  String name();

  /** A manifest came. */
  record Started(String name, long sizeBytes) implements FileEvent {}

  /**
   * It is whole, and its hash is right.
   *
   * @param path where it is
   * @param wasThere a file of this content was there already, and is left as it is
   */
  record Received(String name, long sizeBytes, Path path, boolean wasThere) implements FileEvent {}

  /** It is not taken: its manifest says what cannot be. */
  record Refused(String name, String reason) implements FileEvent {}

  /** It was begun and cannot become whole; what there was of it is deleted. */
  record Failed(String name, String reason) implements FileEvent {}
}
