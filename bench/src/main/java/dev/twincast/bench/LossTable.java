package dev.twincast.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Whether our receiver can tell where every datagram is that it did not get: what its statistics
 * say that the kernel dropped, and what nftables counted as it dropped on purpose.
 */
final class LossTable {
  /** What a receive buffer is by default; it holds 256 datagrams of 64 bytes. */
  private static final int SMALL_BUFFER = 212_992;

  private static final int PAUSE_NANOS = 100_000;
  private static final Pattern COUNTER = Pattern.compile("counter packets (\\d+)");

  private LossTable() {}

  static void print(int seconds) throws IOException {
    Markdown.title("Loss accounted for, ours, 64 B, 20,000/s, 1 receiver");
    Markdown.heading(
        "what is done to it",
        "sent",
        "delivered",
        "missing numbers",
        "dropped by the kernel (our statistics)",
        "dropped on the way (nftables)",
        "unexplained");
    try (Network network = Network.of(1)) {
      // So that what is dropped is a datagram, and not the 64 that travel as one on a veth.
      network.segmentationOffload(false);
      for (String mode : List.of("single", "batch")) {
        for (int lossPerMille : new int[] {0, 10}) {
          for (boolean slow : new boolean[] {true, false}) {
            if (slow || lossPerMille > 0) {
              print(mode, lossPerMille, slow, seconds);
            }
          }
        }
      }
    }
  }

  private static void print(String mode, int lossPerMille, boolean slow, int seconds)
      throws IOException {
    dropAtRandom(lossPerMille);
    Trial.Outcome outcome =
        Trial.run(
            1,
            new Contender("ours", "ours", mode, "handler"),
            Map.of(
                "size", 64,
                "rate", 20_000,
                "window", 0,
                "warmup", 0,
                "measure", seconds * 1000,
                "buffer", slow ? SMALL_BUFFER : 4 << 20,
                "pause", slow ? PAUSE_NANOS : 0));
    Values receiver = outcome.receivers().getFirst();
    long sent = outcome.sender().number("sent");
    long received = receiver.number("received");
    long kernelDrops = receiver.number("kernelDrops");
    long droppedOnTheWay = dropped();
    Markdown.row(
        (mode.equals("batch") ? "in batches; " : "one at a time; ")
            + (slow ? "a reader that takes 0.1 ms each, buffer of 208 KiB" : "a quick reader")
            + (lossPerMille > 0 ? "; random loss of " + lossPerMille / 10 + " %" : ""),
        "%,d".formatted(sent),
        "%,d".formatted(received),
        "%,d".formatted(receiver.number("highest") - received),
        "%,d".formatted(kernelDrops),
        "%,d".formatted(droppedOnTheWay),
        "%,d".formatted(sent - received - kernelDrops - droppedOnTheWay));
  }

  /** All but the datagram that ends the stream: its number is the greatest, 7fff... as a long. */
  private static void dropAtRandom(int perMille) throws IOException {
    nft(
        "flush ruleset; table ip bench { chain input { type filter hook input priority 0;"
            + " udp dport 5000 @th,64,64 != 0xffffffffffffff7f"
            + " numgen random mod 1000 < %d counter drop; }; }".formatted(perMille));
  }

  private static long dropped() throws IOException {
    return COUNTER
        .matcher(nft("list ruleset"))
        .results()
        .map(MatchResult::group)
        .mapToLong(packets -> Long.parseLong(packets.replaceAll("\\D", "")))
        .sum();
  }

  private static String nft(String rules) throws IOException {
    return Network.run(Network.inReceiver(1, List.of("nft", rules)));
  }
}
