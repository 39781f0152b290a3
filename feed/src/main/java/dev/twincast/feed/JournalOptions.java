package dev.twincast.feed;

import dev.twincast.feed.journal.Fsync;
import dev.twincast.feed.journal.Journal;
import dev.twincast.feed.journal.JournalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Where a journal lies, what of it survives which accident, and how much it keeps. Immutable. */
public final class JournalOptions {
  private final Path directory;
  private final JournalSettings settings;

  private JournalOptions(Path directory, JournalSettings settings) {
    this.directory = directory;
    this.settings = settings;
  }

  /**
   * A journal in this directory, which is made if need be, and is one process's at a time: forced
   * to the disk after each batch of messages, 64 MiB a file, and nothing is ever deleted.
   */
  public static JournalOptions in(Path directory) {
    return new JournalOptions(directory, JournalSettings.DEFAULTS);
  }

  /** After each batch: what is acknowledged survives the loss of power. The default. */
  public JournalOptions fsyncAlways() {
    return with(settings.withFsync(Fsync.always()));
  }

  /**
   * So often, 1 ms to 1 hour: what is acknowledged survives the loss of power, and acknowledgements
   * come in steps of this. What is not acknowledged survives a killed process nevertheless.
   */
  public JournalOptions fsyncEvery(Duration interval) {
    return with(settings.withFsync(Fsync.interval(interval)));
  }

  /** When the system likes: what is acknowledged survives a killed process, not loss of power. */
  public JournalOptions fsyncNever() {
    return with(settings.withFsync(Fsync.never()));
  }

  /** At most so many bytes, in whole files; the oldest go first. Default: no limit. */
  public JournalOptions keepBytes(long bytes) {
    return with(settings.withRetainedBytes(bytes));
  }

  /** For so long, in whole files. Default: for ever. */
  public JournalOptions keepAge(Duration age) {
    return with(settings.withRetainedAge(age));
  }

  private JournalOptions with(JournalSettings settings) {
    return new JournalOptions(directory, settings);
  }

  Journal open() throws IOException {
    return Journal.open(directory, settings);
  }
}
