package dev.twincast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** iperf 2, which many know: it sends as fast as it can, whether or not the receivers keep up. */
final class ScaleTable {
  private static final int RECEIVERS = 3;

  /** 239.1.2.3 as the kernel lists it on a little-endian machine. */
  private static final String MEMBERSHIP = "030201EF";

  private ScaleTable() {}

  static void print(int seconds) throws IOException {
    Markdown.title("For scale: iperf 2 -u, 3 receivers, buffers of 4 MiB, no flow control");
    Markdown.heading("iperf", "sent/s", "delivered/s, slowest receiver", "lost");
    try (var _ = Network.of(RECEIVERS)) {
      for (int size : MulticastBench.SIZES) {
        print(size, seconds);
      }
    }
  }

  private static void print(int size, int seconds) throws IOException {
    List<Process> servers = new ArrayList<>();
    for (int receiver = 1; receiver <= RECEIVERS; receiver++) {
      servers.add(
          Network.start(Network.inReceiver(receiver, iperf("-s -u -P 1 -y C -w 4M -B 239.1.2.3"))));
    }
    awaitListening();
    Network.run(
        Network.inSender(iperf("-c 239.1.2.3 -u -b 10g -w 4M -l " + size + " -t " + seconds)));
    List<Report> reports = new ArrayList<>();
    for (Process server : servers) {
      reports.add(Report.parse(Network.output(server)));
    }
    Report worst = reports.stream().min((a, b) -> Long.compare(a.got(), b.got())).orElseThrow();
    Markdown.row(
        size + " B",
        "%,d".formatted(worst.total() / seconds),
        "%,d".formatted(worst.got() / seconds),
        "%.2f %%".formatted(100.0 * worst.lost() / worst.total()));
  }

  /**
   * The last line of a server's {@code -y C}.
   *
   * @param total datagrams that the client numbered
   */
  record Report(long lost, long total) {

    /** ..., interval, bytes, bits/s, jitter, lost, total, percentage, out of order. */
    static Report parse(String output) {
      String[] fields = output.strip().lines().toList().getLast().split(",", -1);
      return new Report(
          Long.parseLong(fields[fields.length - 4]), Long.parseLong(fields[fields.length - 3]));
    }

    long got() {
      return total - lost;
    }
  }

  /** Until each has joined: iperf says nothing when it is ready. */
  private static void awaitListening() throws IOException {
    long begin = System.nanoTime();
    for (int receiver = 1; receiver <= RECEIVERS; receiver++) {
      List<String> members = Network.inReceiver(receiver, List.of("cat", "/proc/net/igmp"));
      while (!Network.run(members).contains(MEMBERSHIP)) {
        if (System.nanoTime() - begin > 10_000_000_000L) {
          throw new IOException("iperf did not join in 10 seconds");
        }
        Kernel.sleepUntil(System.nanoTime() + 20_000_000);
      }
    }
  }

  private static List<String> iperf(String arguments) {
    return List.of(("timeout 60 iperf " + arguments).split(" ", -1));
  }
}
