package dev.twincast.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What brings numbered messages to all, and repairs what was lost. */
final class FeedContender {
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

  private static Contender aeron(String name, int mtu) {
    // Without it the JDK refuses Aeron its memory.
    List<String> options =
        List.of("--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-Dbench.mtu=" + mtu);
    return new Contender(name, "aeron", "dedicated", "dedicated", options);
  }
}
