package dev.twincast.bench;

import dev.twincast.feed.journal.Fsync;
import dev.twincast.feed.journal.Journal;
import dev.twincast.feed.journal.JournalSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * A recorder's journal beside plain writing and reading of as many bytes, by one thread of this
 * process. The journal is a hidden package of the feed; on the class path nothing is hidden.
 */
final class JournalTable {
  private static final String SESSION = "bench";
  private static final long BYTES = 64 << 20;
  private static final int BLOCK_BYTES = 1 << 16;

  /** What a record of the journal has besides its message. */
  private static final int OVERHEAD_BYTES = 16;

  private final TemporaryFolder folder;
  private final int size;

  private JournalTable(TemporaryFolder folder, int size) {
    this.folder = folder;
    this.size = size;
  }

  /** Does so many messages, and returns after how many nanoseconds. */
  @FunctionalInterface
  private interface Work {
    long run(int messages) throws IOException;
  }

  private record Contender(String name, int messages, Work work) {}

  static void print(Extent extent, List<Integer> sizes) throws IOException {
    Markdown.title(
        "Journal, one thread, on %s; batch: so many messages a commit"
            .formatted(TemporaryFolder.fileSystem()));
    for (int size : sizes) {
      try (var folder = TemporaryFolder.make()) {
        new JournalTable(folder, size).print(extent.turns(3));
      }
    }
  }

  private void print(int turnCount) throws IOException {
    int many = (int) (BYTES / (size + OVERHEAD_BYTES));
    Contender writes = new Contender("plain writes of 64 KiB", many, this::plainWrite);
    Contender forced = new Contender("plain writes of 64 KiB, each forced", many, this::forced);
    Contender reads = new Contender("plain reads of 64 KiB", many, this::plainRead);
    Fsync interval = Fsync.interval(Duration.ofMillis(100));
    List<Contender> appends =
        List.of(
            writes,
            forced,
            append("append, never", many, 64, Fsync.never()),
            append("append, interval of 100 ms", many, 64, interval),
            append("append, always, 1 a batch", 500, 1, Fsync.always()),
            append("append, always, 64 a batch", 6_400, 64, Fsync.always()),
            append("append, always, 1000 a batch", Math.min(many, 100_000), 1000, Fsync.always()));
    List<Contender> readers =
        List.of(reads, new Contender("read in order", many, this::readInOrder));
    Turns<Contender, Double> turns = new Turns<>();
    for (int turn = -1; turn < turnCount; turn++) { // the first is warm-up
      if (turn >= 0) {
        turns.next();
      }
      for (List<Contender> contenders : List.of(appends, readers)) {
        for (Contender contender : contenders) {
          double rate = contender.messages() * 1e9 / contender.work().run(contender.messages());
          if (turn >= 0) {
            turns.add(contender, rate);
          }
        }
      }
    }
    Markdown.heading("messages of %d B".formatted(size), "messages/s", "MB/s of data", "of plain");
    appends.forEach(contender -> row(turns, contender, writes));
    readers.forEach(contender -> row(turns, contender, reads));
  }

  private void row(Turns<Contender, Double> turns, Contender contender, Contender plain) {
    Markdown.row(
        contender.name(),
        turns.cell(contender, rate -> rate, "%,.0f"),
        turns.cell(contender, rate -> rate * size / 1e6, "%,.1f"),
        turns.ratio(contender, plain, rate -> rate));
  }

  private Contender append(String name, int messages, int batch, Fsync fsync) {
    return new Contender(name, messages, n -> append(n, batch, fsync));
  }

  private long append(int messages, int batch, Fsync fsync) throws IOException {
    folder.empty();
    ByteBuffer message = ByteBuffer.allocateDirect(size);
    try (Journal journal = journal(fsync)) {
      long begun = System.nanoTime();
      for (int i = 1; i <= messages; i++) {
        journal.append(SESSION, message.putInt(0, i));
        if (i % batch == 0) {
          journal.commit(System.nanoTime());
        }
      }
      journal.commit(System.nanoTime());
      return System.nanoTime() - begun;
    }
  }

  private Journal journal(Fsync fsync) throws IOException {
    return Journal.open(folder.path(), JournalSettings.DEFAULTS.withFsync(fsync));
  }

  private long plainWrite(int messages) throws IOException {
    return plainWrite(messages, false);
  }

  private long forced(int messages) throws IOException {
    return plainWrite(messages, true);
  }

  private long plainWrite(int messages, boolean isForced) throws IOException {
    folder.empty();
    long bytes = (long) messages * (size + OVERHEAD_BYTES);
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    try (FileChannel file =
        FileChannel.open(
            folder.path().resolve("plain"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      long begun = System.nanoTime();
      for (long at = 0; at < bytes; ) {
        at += file.write(block.clear(), at);
        if (isForced) {
          file.force(false);
        }
      }
      return System.nanoTime() - begun;
    }
  }

  private long plainRead(int messages) throws IOException {
    var _ = plainWrite(messages);
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    try (FileChannel file =
        FileChannel.open(folder.path().resolve("plain"), StandardOpenOption.READ)) {
      long begun = System.nanoTime();
      while (file.read(block.clear()) >= 0) {
        // as quick as it can
      }
      return System.nanoTime() - begun;
    }
  }

  private long readInOrder(int messages) throws IOException {
    var _ = append(messages, 64, Fsync.never());
    ByteBuffer out = ByteBuffer.allocateDirect(BLOCK_BYTES);
    try (Journal journal = journal(Fsync.never())) {
      long begun = System.nanoTime();
      for (long number = 1; number <= messages; number++) {
        if (out.remaining() < size) {
          out.clear();
        }
        if (!journal.read(SESSION, number, out)) {
          throw new IOException("message " + number + " is not there");
        }
      }
      return System.nanoTime() - begun;
    }
  }
}
