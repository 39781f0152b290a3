package dev.twincast.cli;

import dev.twincast.anycast.Endpoint;
import dev.twincast.feed.JournalOptions;
import dev.twincast.multicast.Group;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the commands of the feed have in common. */
final class FeedOptions {
  static final int RECORDER_PORT = 5008;

  /** What a missing part of {@code GROUP:PORT} takes. */
  private static final Group DEFAULT = Group.parse("239.255.0.1:5009");

  private static final Duration FSYNC_INTERVAL = Duration.ofMillis(100);

  private FeedOptions() {}

  static Syntax journal(Syntax syntax) {
    return syntax
        .option("journal", "DIR", "", "keep what is published on disk, in this folder")
        .option("fsync", "WHEN", "", "always (default), interval (each 100 ms) or never")
        .option("keep-bytes", "BYTES", "", "delete the oldest above so much")
        .option("keep-age", "DURATION", "", "delete what is older");
  }

  /** The group of the operands, which may be only this one. */
  static Group onlyGroup(List<String> operands) {
    if (operands.size() > 1) {
      throw new UsageException("one group at a time, not also '" + operands.get(1) + "'");
    }
    return operands.isEmpty() ? DEFAULT : group(operands.getFirst());
  }

  static Group group(String text) {
    try {
      return Group.parse(text, DEFAULT);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  static Group defaultGroup() {
    return DEFAULT;
  }

  /** What is kept on disk; empty: nothing is. */
  static Optional<JournalOptions> journal(Arguments arguments) {
    if (!arguments.isSet("journal")) {
      for (String option : List.of("fsync", "keep-bytes", "keep-age")) {
        if (arguments.isSet(option)) {
          throw new UsageException(
              "--%s is about a journal: say where, --journal DIR".formatted(option));
        }
      }
      return Optional.empty();
    }
    JournalOptions journal = JournalOptions.in(Path.of(arguments.text("journal")));
    journal =
        switch (arguments.text("fsync")) {
          case "", "always" -> journal.fsyncAlways();
          case "interval" -> journal.fsyncEvery(FSYNC_INTERVAL);
          case "never" -> journal.fsyncNever();
          default ->
              throw new UsageException(
                  "--fsync: '%s' is not always, interval or never"
                      .formatted(arguments.text("fsync")));
        };
    if (arguments.isSet("keep-bytes")) {
      journal = journal.keepBytes(arguments.bytes("keep-bytes"));
    }
    if (arguments.isSet("keep-age")) {
      journal = journal.keepAge(arguments.duration("keep-age"));
    }
    return Optional.of(journal);
  }

  static List<Endpoint> endpoints(String option, Arguments arguments) {
    return arguments.list(option).stream()
        .map(text -> {
          try {
            return Endpoint.parse(text, RECORDER_PORT);
          } catch (IllegalArgumentException e) {
            throw new UsageException("--" + option + ": " + e.getMessage());
          }
        })
        .toList();
  }

  /** A share of arriving datagrams to throw away, 0 to 1; says so, since it looks like loss. */
  static double drop(Arguments arguments, Output out) {
    double percent = arguments.optionalPercent("drop").orElse(0);
    if (percent > 0) {
      out.say("Simulated loss: %s %% of what arrives is thrown away".formatted(percent));
    }
    return percent / 100;
  }
}
