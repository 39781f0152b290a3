package dev.twincast.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What brings numbered messages to all, and repairs what was lost. */
final class FeedContender {
  private static final int MAX_PACKET_BYTES = 1472;
  private static final int HEADER_BYTES = 20;
  private static final int LENGTH_BYTES = 2;

  static final Contender OURS = new Contender("ours", "feed", "feed", "feed");
  static final Contender OURS_FRAGMENTS =
      new Contender("ours, mtu 16384", "feed", "feed", "feed", List.of("-Dbench.mtu=16384"));
  static final Contender AERON = aeron("Aeron", 1408);
  static final Contender AERON_FRAGMENTS = aeron("Aeron, mtu 16384", 16_384);
  static final Contender JGROUPS =
      new Contender("JGroups, udp.xml", "jgroups", "udp", "udp", List.of("-Xms256m"));

  static final Contender NORM = new Contender("NORM", "norm", "stream", "stream");

  private FeedContender() {}

  /** NORM is C++, and built where its library is. */
  static boolean hasNorm() {
    return Files.exists(Path.of(System.getProperty("bench.norm")));
  }

  /** No feed: its packets alone, by C, with a window that costs nothing. What the kernel can do. */
  static Contender packets(boolean offload) {
    return new Contender("C, the packets alone", "c", "gso", offload ? "grommsg" : "mmsg");
  }

  /** How many messages lie in a packet of MoldUDP64 on an Ethernet. */
  static int messagesInPacket(int size) {
    return (MAX_PACKET_BYTES - HEADER_BYTES) / (LENGTH_BYTES + size);
  }

  static int packetBytes(int size) {
    return HEADER_BYTES + messagesInPacket(size) * (LENGTH_BYTES + size);
  }

  private static Contender aeron(String name, int mtu) {
    // Without it the JDK refuses Aeron its memory.
    List<String> options =
        List.of("--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-Dbench.mtu=" + mtu);
    return new Contender(name, "aeron", "dedicated", "dedicated", options);
  }
}
