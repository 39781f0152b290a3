package dev.twincast.feed.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Measures a journal beside plain writing and reading of as many bytes, and prints Markdown: {@code
 * docs/measurements.md}, "Journal". Contenders take turns; each figure is a median.
 */
final class JournalBench {
  private static final int TURNS = 3;
  private static final long BYTES = 64 << 20;
  private static final String SESSION = "bench";

  private final Path directory;

  private JournalBench(Path directory) {
    this.directory = directory;
  }

  /**
   * DIRECTORY: on the disk to be measured, made if it is not there, and emptied. SIZE: of a
   * message, in bytes.
   */
  public static void main(String[] args) throws IOException {
    var bench = new JournalBench(Path.of(args[0]));
    bench.table(Integer.parseInt(args[1]));
    bench.empty();
  }

  private interface Contender {
    /** Handles so many messages, and returns after how many nanoseconds. */
    long run(int messages) throws IOException;
  }

  private record Row(String name, int messages, Contender contender) {}

  private void table(int size) throws IOException {
    int many = (int) (BYTES / Records.bytes(size));
    List<Row> rows =
        List.of(
            new Row("plain writes of 64 KiB", many, n -> plainWrite(n, size)),
            new Row("append, never", many, n -> append(n, size, 64, Fsync.never())),
            new Row(
                "append, interval of 100 ms",
                many,
                n -> append(n, size, 64, Fsync.interval(Duration.ofMillis(100)))),
            new Row("append, always, 1 a batch", 500, n -> append(n, size, 1, Fsync.always())),
            new Row("append, always, 64 a batch", 6_400, n -> append(n, size, 64, Fsync.always())),
            new Row(
                "append, always, 1000 a batch",
                100_000,
                n -> append(n, size, 1_000, Fsync.always())),
            new Row("plain reads of 64 KiB", many, n -> plainRead(n, size)),
            new Row("read in order", many, n -> read(n, size)));
    double[][] rates = new double[rows.size()][TURNS];
    for (int turn = -1; turn < TURNS; turn++) { // the first is warm-up
      for (int i = 0; i < rows.size(); i++) {
        Row row = rows.get(i);
        double rate = row.messages() * 1e9 / row.contender().run(row.messages());
        if (turn >= 0) {
          rates[i][turn] = rate;
        }
      }
    }
    print(size, rows, rates);
  }

  private static void print(int size, List<Row> rows, double[][] rates) {
    System.out.printf(
        "| %d B | messages/s | MB/s of data | of plain |%n| --- | ---: | ---: | ---: |%n", size);
    double[] plain = rates[0];
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).name().startsWith("plain")) {
        plain = rates[i];
      }
      double[] ratios = new double[TURNS];
      for (int turn = 0; turn < TURNS; turn++) {
        ratios[turn] = rates[i][turn] / plain[turn];
      }
      System.out.printf(
          Locale.ROOT,
          "| %s | %,.0f | %,.1f | %.3f [%.3f–%.3f] |%n",
          rows.get(i).name(),
          median(rates[i]),
          median(rates[i]) * size / 1e6,
          median(ratios),
          Arrays.stream(ratios).min().orElse(0),
          Arrays.stream(ratios).max().orElse(0));
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private long append(int messages, int size, int batch, Fsync fsync) throws IOException {
    empty();
    ByteBuffer message = ByteBuffer.allocateDirect(size);
    try (Journal journal = Journal.open(directory, JournalSettings.DEFAULTS.withFsync(fsync))) {
      long begun = System.nanoTime();
      for (int i = 1; i <= messages; i++) {
        message.putInt(0, i);
        journal.append(SESSION, message);
        if (i % batch == 0) {
          journal.commit(System.nanoTime());
        }
      }
      journal.commit(System.nanoTime());
      return System.nanoTime() - begun;
    }
  }

  private long plainWrite(int messages, int size) throws IOException {
    empty();
    Files.createDirectories(directory);
    long bytes = (long) messages * Records.bytes(size);
    ByteBuffer block = ByteBuffer.allocateDirect(64 * 1024);
    try (FileChannel file =
        FileChannel.open(
            directory.resolve("plain"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      long begun = System.nanoTime();
      for (long at = 0; at < bytes; ) {
        at += file.write(block.clear(), at);
      }
      return System.nanoTime() - begun;
    }
  }

  private long plainRead(int messages, int size) throws IOException {
    plainWrite(messages, size);
    ByteBuffer block = ByteBuffer.allocateDirect(64 * 1024);
    try (FileChannel file = FileChannel.open(directory.resolve("plain"), StandardOpenOption.READ)) {
      long begun = System.nanoTime();
      while (file.read(block.clear()) >= 0) {
        // as quick as it can
      }
      return System.nanoTime() - begun;
    }
  }

  private long read(int messages, int size) throws IOException {
    append(messages, size, 64, Fsync.never());
    ByteBuffer out = ByteBuffer.allocateDirect(64 * 1024);
    try (Journal journal = Journal.open(directory, JournalSettings.DEFAULTS)) {
      long begun = System.nanoTime();
      for (long number = 1; number <= messages; number++) {
        if (out.remaining() < size) {
          out.clear();
        }
        if (!journal.read(SESSION, number, out)) {
          throw new AssertionError("message " + number + " is not there");
        }
      }
      return System.nanoTime() - begun;
    }
  }

  private void empty() throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
