package dev.twincast.cli;

import dev.twincast.feed.Publisher;
import dev.twincast.feed.PublisherStatistics;
import dev.twincast.feed.files.FileSource;
import dev.twincast.multicast.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/** {@code publish}: sends numbered messages, of which nothing is lost. */
final class PublishCommand implements Command {
  private static final Duration ACKNOWLEDGING = Duration.ofSeconds(10);
  private static final long WINDOW_MESSAGES = 65_536;

  @Override
  public Syntax syntax() {
    return FeedOptions.journal(
        Syntax.of("publish", "publishes messages of which nothing is lost")
            .example(
                "subscribe --from start & sleep 1; seq 5 | PROGRAM publish --session numbers; wait",
                "a message a line, numbered, once to all; ends the session at the end of input")
            .example(
                "subscribe --output $(mktemp -d) & sleep 1; PROGRAM publish --receivers 1"
                    + " README.md; wait",
                "a file, to all who subscribe; ends as soon as one has all of it")
            .operands("[GROUP:PORT] [FILE ...]")
            .option("session", "NAME", "", "name of the stream, up to 10 characters (default: new)")
            .option("acks", "N", "0", "wait until so many recorders have it")
            .option("receivers", "N", "0", "end as soon as so many have everything")
            .option("stats", "DURATION", "", "print what was published until now, each time")
            .option("rate", "RATE", "", "at most so much, such as 100Mbit/s")
            .option("ttl", "N", "1", "how many networks a packet may cross")
            .option(
                "mtu", "BYTES", "1500", "longest IP packet; beyond the network's own: fragments")
            .option("interface", "IFACE", "", "send by this one (default: as the kernel routes)")
            .option("recorder-port", "PORT", "5008", "for requests and replays; 0: any")
            .option(
                "linger",
                "DURATION",
                "3s",
                "how long to answer after the end, or the last request"));
  }

  @Override
  public int run(Arguments arguments, Output out, Stop stop)
      throws IOException, InterruptedException {
    List<String> operands = arguments.operands();
    boolean hasGroup = !operands.isEmpty() && Group.looksLikeAddress(operands.getFirst());
    Group group = hasGroup ? FeedOptions.group(operands.getFirst()) : FeedOptions.defaultGroup();
    List<Path> files = files(hasGroup ? operands.subList(1, operands.size()) : operands);
    int acks = (int) arguments.number("acks", 0, 1000);
    int receivers = (int) arguments.number("receivers", 0, 65_536);
    Ticks ticks = new Ticks(arguments.optionalDuration("stats"));
    Publisher publisher = publisher(group, acks, receivers, arguments, out);
    boolean isDone;
    boolean isAcknowledged;
    Published published = new Published(publisher, receivers, ticks, out);
    try (published;
        publisher) {
      tellOpened(publisher, group, out);
      published.start();
      try {
        isDone = publish(publisher, files, published, out, stop);
      } finally {
        publisher.end(); // what came before a failure can be asked for as well
        published.awaitReceivers();
      }
      isAcknowledged = publisher.flush(ACKNOWLEDGING);
    }
    PublisherStatistics seen = publisher.statistics();
    published.tellAcknowledged(seen);
    Event summary = published.statistics(Event.summary("publish"), seen);
    if (receivers > 0) {
      summary.with("receivers", receivers).with("complete", seen.complete());
    }
    out.emit(summary);
    if (!isAcknowledged) {
      out.say(
          "not acknowledged by %s from #%d on (%s running? try: record)"
              .formatted(
                  Lines.count(acks, "recorder"),
                  seen.acknowledged() + 1,
                  acks == 1 ? "is one" : "are so many"));
      return ExitCode.OUTSIDE_LIMIT;
    }
    boolean isComplete = seen.complete() >= receivers;
    if (stop.isRequested() && !(isDone && isComplete)) {
      return stop.exitCode();
    }
    if (!isComplete) {
      out.say(
          "only %s (try a longer --linger than %s, or --receivers with how many there are)"
              .formatted(FeedLines.complete(seen.complete(), receivers), arguments.text("linger")));
      return ExitCode.OUTSIDE_LIMIT;
    }
    return ExitCode.OK;
  }

  private static List<Path> files(List<String> operands) {
    for (String file : operands) {
      if (!Files.exists(Path.of(file))) {
        throw new UsageException("there is no file '" + file + "'");
      }
    }
    return operands.stream().map(Path::of).toList();
  }

  private static Publisher publisher(
      Group group, int acks, int receivers, Arguments arguments, Output out) throws IOException {
    String session = arguments.isSet("session") ? arguments.text("session") : newSession();
    Publisher.Builder builder =
        Publisher.builder(group, session)
            .recorderPort(arguments.port("recorder-port"))
            .ttl((int) arguments.number("ttl", 0, 255))
            .mtu((int) arguments.number("mtu", 576, 65_535))
            .linger(arguments.duration("linger"))
            .acks(acks, WINDOW_MESSAGES)
            .receivers(receivers)
            .onWarning(text -> out.emit(Event.of("warning").with("reason", text)));
    if (arguments.isSet("rate")) {
      builder.maxBytesPerSecond(
          Math.max(1, (long) (arguments.read("rate", Quantities::bitsPerSecond) / 8)));
    }
    if (arguments.isSet("interface")) {
      builder.networkInterface(Groups.networkInterface(arguments));
    }
    FeedOptions.journal(arguments).ifPresent(builder::journal);
    return builder.open();
  }

  /** Without a journal, numbers would be used a second time under an old name. */
  private static String newSession() {
    return "S" + Long.toString(System.currentTimeMillis() / 10, 36).toUpperCase(Locale.ROOT);
  }

  private static void tellOpened(Publisher publisher, Group group, Output out) {
    out.emit(
        Event.of("publishing")
            .with("session", publisher.session())
            .with("group", group.address().getHostAddress())
            .with("port", group.port())
            .with("interface", publisher.networkInterface().getName())
            .with("recorder", HostPort.of(publisher.recorder()))
            .with("from", publisher.next()));
  }

  /** Whether all was published; false if a signal ended it. */
  private static boolean publish(
      Publisher publisher, List<Path> files, Published published, Output out, Stop stop)
      throws IOException {
    long from = publisher.next();
    try {
      if (files.isEmpty()) {
        lines(publisher, published);
        tellPublished(publisher, from, Optional.empty(), out);
      }
      for (Path file : files) {
        from = publisher.next();
        file(publisher, file, published, out);
        tellPublished(publisher, from, Optional.of(file.toString()), out);
      }
      return true;
    } catch (InterruptedException | IOException e) {
      if (!stop.isRequested()) {
        throw e instanceof IOException failure ? failure : new IOException(e);
      }
      boolean _ = Thread.interrupted(); // what follows may wait
      tellPublished(publisher, from, Optional.empty(), out);
      return false;
    }
  }

  private static void lines(Publisher publisher, Published published)
      throws IOException, InterruptedException {
    InputLines lines =
        new InputLines(
            System.in, publisher.maxMessageBytes(), "as a file: publish FILE; or a larger --mtu");
    for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
      publisher.publish(line.get());
      published.count(line.get().length);
    }
  }

  private static void file(Publisher publisher, Path path, Published published, Output out)
      throws IOException {
    try (FileSource source =
        FileSource.open(path, publisher.maxMessageBytes(), new SplittableRandom())) {
      var advance = new Advance();
      advance.begin(System.nanoTime(), 0);
      int bytes;
      while ((bytes = publisher.publishNext(source)) > 0) {
        published.count(bytes);
        long now = System.nanoTime();
        if (advance.isDue(now)) {
          out.progress(progress(path, source, now, advance));
        }
      }
    }
  }

  private static String progress(Path path, FileSource source, long now, Advance advance) {
    long size = Math.max(1, source.manifest().sizeBytes());
    long sent = source.sentBytes();
    return String.format(
        Locale.ROOT,
        "%s: %d %%, %.1f MB/s, %s",
        path,
        100 * sent / size,
        advance.perSecond(now, sent) / 1e6,
        advance.left(now, sent, size, "waiting to send"));
  }

  private static void tellPublished(
      Publisher publisher, long from, Optional<String> file, Output out) {
    long next = publisher.next();
    if (next > from) {
      Event event = Event.of("published").with("from", from).with("to", next - 1);
      file.ifPresent(name -> event.with("file", name));
      out.emit(event);
    }
  }
}
