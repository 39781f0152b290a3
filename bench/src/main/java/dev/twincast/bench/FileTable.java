package dev.twincast.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A file to all receivers, by the commands that a user types: ours and uftp's. */
final class FileTable {
  private static final int RECEIVERS = 3;
  private static final Path ROOT = Path.of("/dev/shm/tw-bench-files");
  private static final Path FILE = ROOT.resolve("file");
  private static final int MEGABYTE = 1_000_000;
  private static final long DEADLINE_SECONDS = 60;
  private static final long POLL_NANOS = 2_000_000;

  /**
   * How a file is sent and received.
   *
   * @param group which a receiver has joined when it is ready
   * @param receiver all but the folder, which comes last
   * @param sender all but the file, which comes last
   */
  private record Commands(String name, String group, String receiver, String sender) {}

  private static final Commands OURS =
      new Commands(
          "ours",
          "239.255.0.1",
          "twincast subscribe --session photos --interface eth0 --output",
          "twincast publish --session photos --interface eth0 --receivers " + RECEIVERS);

  /**
   * Its fastest: all that the link takes (-R), large buffers (-B), and receivers named (-H), so
   * that it does not wait for others. A file gets its name when it is whole (-t).
   */
  private static final Commands UFTP =
      new Commands(
          "uftp",
          "230.4.4.1",
          "uftpd -d -t -I eth0 -B 4000000 -D",
          "uftp -I eth0 -B 4000000 -R -1 -H 0x0A4D0002,0x0A4D0003,0x0A4D0004");

  private FileTable() {}

  /** How large the files are, unless asked for. */
  static List<Integer> megabytes(Extent extent) {
    return extent.quick() ? List.of(200) : List.of(200, 1000);
  }

  /**
   * @param only contenders whose names begin with one of these
   */
  static void print(Extent extent, String only, List<Integer> megabytes) throws IOException {
    List<Commands> contenders = new ArrayList<>(List.of(OURS, UFTP));
    contenders.removeIf(contender -> !Tables.isOneOf(only, contender.name()));
    if (System.getProperty("bench.uftp").isEmpty() && contenders.remove(UFTP)) {
      System.err.println("without uftp (try: apt install uftp)");
    }
    try (Network network = Network.of(RECEIVERS)) {
      network.segmentationOffload(false);
      for (int size : megabytes) {
        for (int lossPerMille : new int[] {0, 10, 50}) {
          print(extent, contenders, size, lossPerMille);
        }
      }
    } finally {
      clear();
    }
  }

  private static void print(
      Extent extent, List<Commands> contenders, int megabytes, int lossPerMille)
      throws IOException {
    Markdown.title(
        "A file of %,d MB to %d receivers, split before the link, %d %% loss at each"
            .formatted(megabytes, RECEIVERS, lossPerMille / 10));
    FeedBench.dropAtRandom(RECEIVERS, lossPerMille);
    Turns<Commands, Transfer> turns =
        Turns.of(
            extent.turns(3),
            contenders,
            contender -> {
              clear();
              make(megabytes);
              Optional<Transfer> transfer =
                  Turns.attempt(contender.name(), () -> transfer(contender));
              if (transfer.isPresent()) {
                System.err.println(contender.name() + ": " + transfer.get());
                compare(contender);
              }
              return transfer;
            });
    Markdown.heading(
        "",
        "MB/s, whole command",
        "of uftp",
        "MB/s until all have it",
        "of uftp",
        "CPU s: sender",
        "a receiver");
    for (Commands contender : contenders) {
      Markdown.row(
          contender.name(),
          turns.cell(contender, it -> megabytes / it.seconds(), "%.1f"),
          turns.ratio(contender, UFTP, it -> 1 / it.seconds()),
          turns.cell(contender, it -> megabytes / it.secondsUntilComplete(), "%.1f"),
          turns.ratio(contender, UFTP, it -> 1 / it.secondsUntilComplete()),
          turns.cell(contender, Transfer::senderCpuSeconds, "%.2f"),
          turns.cell(contender, Transfer::receiverCpuSeconds, "%.2f"));
    }
  }

  /**
   * What became of a file.
   *
   * @param seconds from the sender's start until it had ended and all had the file
   * @param secondsUntilComplete until all had the file
   * @param receiverCpuSeconds mean
   */
  private record Transfer(
      double seconds,
      double secondsUntilComplete,
      double senderCpuSeconds,
      double receiverCpuSeconds) {}

  /**
   * @throws IOException if it is not everywhere in a minute
   */
  private static Transfer transfer(Commands contender) throws IOException {
    List<Running> receivers = new ArrayList<>();
    try {
      for (int i = 1; i <= RECEIVERS; i++) {
        List<String> command = words(contender.receiver(), folder(i));
        receivers.add(new Running(Network.inReceiver(i, command)));
      }
      awaitJoined(contender.group());
      long begin = System.nanoTime();
      Running sender = new Running(Network.inSender(words(contender.sender(), FILE)));
      try {
        long complete = awaitComplete(sender, receivers);
        sender.succeed();
        return new Transfer(
            (System.nanoTime() - begin) / 1e9,
            (complete - begin) / 1e9,
            sender.cpuSeconds(),
            receivers.stream().mapToDouble(Running::cpuSeconds).average().orElseThrow());
      } finally {
        sender.close();
      }
    } finally {
      receivers.forEach(Running::close);
    }
  }

  /** By what the network namespace of each says, where it is alone. */
  private static void awaitJoined(String group) throws IOException {
    int address =
        ByteBuffer.wrap(InetAddress.ofLiteral(group).getAddress())
            .order(ByteOrder.nativeOrder())
            .getInt();
    long begin = System.nanoTime();
    for (int i = 1; i <= RECEIVERS; i++) {
      List<String> memberships = Network.inReceiver(i, List.of("cat", "/proc/net/igmp"));
      while (!Network.run(memberships).contains("%08X".formatted(address))) {
        poll(begin, "a receiver did not start");
      }
    }
  }

  /** Until the sender has ended, too; returns when all had the file. */
  private static long awaitComplete(Running sender, List<Running> receivers) throws IOException {
    long begin = System.nanoTime();
    long complete = 0;
    while (complete == 0 || sender.isAlive()) {
      sender.readCpu();
      receivers.forEach(Running::readCpu);
      if (complete == 0 && areAllComplete()) {
        complete = System.nanoTime();
      }
      poll(begin, complete == 0 ? "the file did not come" : "the sender did not end");
    }
    return complete;
  }

  private static void poll(long begin, String failure) throws IOException {
    if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS)) {
      throw new IOException(failure + " in a minute");
    }
    Kernel.sleepUntil(System.nanoTime() + POLL_NANOS);
  }

  /** A file has its name when it is whole, and not before. */
  private static boolean areAllComplete() {
    return IntStream.rangeClosed(1, RECEIVERS).allMatch(i -> Files.exists(received(i)));
  }

  private static void compare(Commands contender) throws IOException {
    for (int i = 1; i <= RECEIVERS; i++) {
      if (Files.mismatch(FILE, received(i)) >= 0) {
        throw new IOException("receiver " + i + " of " + contender.name() + " has another file");
      }
    }
  }

  private static void make(int megabytes) throws IOException {
    for (int i = 1; i <= RECEIVERS; i++) {
      Files.createDirectories(folder(i));
    }
    var random = new SplittableRandom(megabytes);
    byte[] block = new byte[MEGABYTE];
    try (OutputStream out = Files.newOutputStream(FILE)) {
      for (int i = 0; i < megabytes; i++) {
        random.nextBytes(block);
        out.write(block);
      }
    }
  }

  private static void clear() throws IOException {
    if (Files.exists(ROOT)) {
      try (Stream<Path> all = Files.walk(ROOT)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static Path folder(int receiver) {
    return ROOT.resolve(Integer.toString(receiver));
  }

  private static Path received(int receiver) {
    return folder(receiver).resolve(FILE.getFileName());
  }

  private static List<String> words(String command, Path last) {
    return Stream.of((command + " " + last).split(" ", -1))
        .map(word -> word.equals("twincast") ? System.getProperty("bench.twincast") : word)
        .toList();
  }

  /** A command that is measured from outside. */
  private static final class Running implements AutoCloseable {
    private final Process process;
    private long cpuNanos;

    Running(List<String> command) throws IOException {
      process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    }

    boolean isAlive() {
      return process.isAlive();
    }

    /** Often, since who has ended cannot be asked any more. */
    void readCpu() {
      try {
        cpuNanos = isAlive() ? Kernel.cpuNanos(process.pid()) : cpuNanos;
      } catch (IllegalArgumentException e) {
        // it has just ended
      }
    }

    void succeed() throws IOException {
      if (process.onExit().join().exitValue() != 0) {
        throw new IOException("exit code " + process.exitValue() + " of the sender");
      }
    }

    double cpuSeconds() {
      return cpuNanos / 1e9;
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }
}
