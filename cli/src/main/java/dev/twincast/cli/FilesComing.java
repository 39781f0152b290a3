package dev.twincast.cli;

import dev.twincast.feed.files.FolderReceiver;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How the files that are not whole yet get on, in words: how far, how fast, how long still. */
final class FilesComing {
  private static final long SHOW_EVERY_NANOS = 200_000_000;

  private List<String> names = List.of();
  private long start;
  private long startedAt;
  private long shownAt;

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
      start = received;
      startedAt = now;
      shownAt = now;
    }
    if (files.isEmpty() || now - shownAt < SHOW_EVERY_NANOS) {
      return Optional.empty();
    }
    shownAt = now;
    long size = files.stream().mapToLong(FolderReceiver.Progress::sizeBytes).sum();
    double perSecond = (received - start) * 1e9 / (now - startedAt);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s: %d %%, %.1f MB/s, %d repaired, %s",
            coming.size() == 1 ? coming.getFirst() : coming.size() + " files",
            size == 0 ? 100 : 100 * received / size,
            perSecond / 1e6,
            repaired,
            received == start
                ? "waiting for more"
                : String.format(Locale.ROOT, "%.0f s left", (size - received) / perSecond)));
  }
}
