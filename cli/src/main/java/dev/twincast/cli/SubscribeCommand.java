package dev.twincast.cli;

import dev.twincast.feed.Subscriber;
import dev.twincast.multicast.Group;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code subscribe}: every message of a feed, once and in order. */
final class SubscribeCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of("subscribe", "receives every message of a feed, once and in order")
        .example(
            "subscribe --from start --drop 10% & sleep 1; seq 1000 | PROGRAM publish; wait",
            "a tenth of what arrives is thrown away, and nothing is missing")
        .example("subscribe --timeout 1s", "exits with 3 when nothing was published for a second")
        .example(
            "subscribe --recorder localhost:5008 --recorder localhost:5018 --policy round-robin"
                + " --timeout 1s",
            "two recorders would be asked in turn for what is missing; exits with 3, as above")
        .operands("[GROUP:PORT]")
        .option("session", "NAME", "", "the stream to hear (default: the first that is heard)")
        .option("recorder", "HOST:PORT", "", "ask these for what is missing; may be repeated")
        .option("policy", "POLICY", "least-loaded", "which recorder: " + Policies.ALL)
        .option("from", "WHERE", "now", "now, start or a number")
        .option("count", "N", "", "end after so many messages")
        .option("duration", "DURATION", "", "end after this time")
        .option("timeout", "DURATION", "", "end when nothing came for so long")
        .option("expect", "N", "", "exit with 4 when it was not so many")
        .option("max-loss", "PERCENT", "", "how many may be lost (default: none)")
        .option("drop", "PERCENT", "", "throw away what arrives: simulated loss")
        .option("output", "DIR", "", "write the session's files into this folder")
        .option("position", "FILE", "", "begin where this file says, and keep it up to date")
        .option("stats", "DURATION", "", "print what came until now, each time")
        .option("interface", "IFACE", "", "join here (default: as the kernel routes)");
  }

  @Override
  public int run(Arguments arguments, Output out, Stop stop) throws IOException {
    Group group = FeedOptions.onlyGroup(arguments.operands());
    Optional<Path> position =
        arguments.isSet("position")
            ? Optional.of(Path.of(arguments.text("position")))
            : Optional.empty();
    OptionalLong from = from(arguments, position);
    Optional<Path> output =
        arguments.isSet("output")
            ? Optional.of(Files.createDirectories(Path.of(arguments.text("output"))))
            : Optional.empty();
    var subscribing =
        new Subscribing(
            ReceiveLimits.of(arguments),
            arguments.optionalDuration("stats"),
            from,
            output,
            position,
            out);
    Subscriber.Builder builder =
        Subscriber.builder(group)
            .recorders(FeedOptions.endpoints("recorder", arguments))
            .policy(arguments.read("policy", Policies::parse))
            .simulatedLoss(FeedOptions.drop(arguments, out));
    if (arguments.isSet("session")) {
      builder.session(arguments.text("session"));
    }
    if (arguments.isSet("interface")) {
      builder.networkInterface(Groups.networkInterface(arguments));
    }
    from.ifPresent(builder::from);
    try (Subscriber subscriber = builder.open(subscribing)) {
      out.emit(
          Event.of("joined")
              .with("group", group.address().getHostAddress())
              .with("port", group.port())
              .with("interface", subscriber.networkInterface().getName()));
      subscribing.run(subscriber);
      out.emit(subscribing.summary(subscriber));
      subscribing.sayUnfinished();
      return subscribing.exitCode(stop);
    }
  }

  private static OptionalLong from(Arguments arguments, Optional<Path> position)
      throws IOException {
    if (position.isPresent()) {
      requireWritable(position.get());
    }
    if (position.isPresent() && Files.exists(position.get())) {
      String text = Files.readString(position.get()).strip();
      if (!text.matches("[1-9][0-9]{0,17}")) {
        throw new UsageException(
            "--position: %s has no number in it (delete it to begin anew)"
                .formatted(position.get()));
      }
      return OptionalLong.of(Long.parseLong(text));
    }
    return switch (arguments.text("from")) {
      case "now" -> OptionalLong.empty();
      case "start" -> OptionalLong.of(1);
      default -> OptionalLong.of(arguments.number("from", 1, Long.MAX_VALUE));
    };
  }

  /** Fails before anything is heard, not when it is to be stored. */
  private static void requireWritable(Path position) throws IOException {
    Path folder = Objects.requireNonNullElse(position.toAbsolutePath().getParent(), position);
    if (Files.isDirectory(position) || !Files.isDirectory(folder)) {
      throw new UsageException("--position: '%s' cannot be a file".formatted(position));
    }
    if (!Files.isWritable(folder)) {
      throw new AccessDeniedException(folder.toString());
    }
  }
}
