package dev.twincast.cli;

import dev.twincast.feed.files.FolderReceiver;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How the files that are not whole yet get on, in words: how far, how fast, how long still. */
final class FilesComing {
  private final Advance advance = new Advance();
  private List<String> names = List.of();

  /**
   * The line to show now; empty: nothing, or not yet again.
   *
   * @param repaired messages that recorders sent again, until now
   */
  Optional<String> line(long now, List<FolderReceiver.Progress> files, long repaired) {
    long received = files.stream().mapToLong(FolderReceiver.Progress::receivedBytes).sum();
    List<String> coming = files.stream().map(FolderReceiver.Progress::name).toList();
    if (!coming.equals(names)) {
      names = coming;
      advance.begin(now, received);
    }
    if (files.isEmpty() || !advance.isDue(now)) {
      return Optional.empty();
    }
    long size = files.stream().mapToLong(FolderReceiver.Progress::sizeBytes).sum();
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s: %d %%, %.1f MB/s, %d repaired, %s",
            coming.size() == 1 ? coming.getFirst() : coming.size() + " files",
            size == 0 ? 100 : 100 * received / size,
            advance.perSecond(now, received) / 1e6,
            repaired,
            advance.left(now, received, size, "waiting for more")));
  }
}
