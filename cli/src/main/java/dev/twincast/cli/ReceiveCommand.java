package dev.twincast.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;

/** {@code receive}: joins groups and shows what is sent to them. */
final class ReceiveCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of("receive", "receives what is sent to a group")
        .example(
            "receive --count 2 & sleep 1; PROGRAM send; wait",
            "joins " + Groups.DEFAULT + " and ends after two messages")
        .example(
            "receive 239.1.2.3:6000 --timeout 1s", "exits with 3 when nothing came for a second")
        .example(
            "receive --expect 10 --max-loss 10% --duration 3s & sleep 1; PROGRAM send --binary 99"
                + " --count 9 --interval 0; wait $!",
            "one of ten is missing and may be; were it two, the exit code would be 4")
        .example(
            "receive --unicast 6000 --count 1 & sleep 1; PROGRAM send --unicast localhost:6000 hi;"
                + " wait",
            "no group: what is sent to this host itself")
        .operands("[GROUP:PORT[%IFACE] ...]")
        .option("unicast", "PORT", "", "listen to this UDP port of the host itself; with commas")
        .option("source", "ADDRESS", "", "only from this sender (SSM); may be repeated")
        .option("count", "N", "", "end after so many messages")
        .option("duration", "DURATION", "", "end after this time")
        .option("timeout", "DURATION", "", "end when nothing came for so long")
        .option("expect", "N", "", "exit with 4 when it was not so many; ends after N if nothing")
        .option("max-loss", "PERCENT", "", "how many of them, or of numbered ones, may be missing")
        .flag("numbered", "measure numbered datagrams, of send --number or iperf 2")
        .option("also", "PORT", "", "with --numbered: hear the unicast control of send --also")
        .option("stats", "DURATION", "", "print what came until now, each time")
        .option("drop", "PERCENT", "", "throw away what arrives: simulated loss")
        .option("rejoin", "DURATION", "", "join again when nothing came for so long")
        .option("interface", "IFACE", "", "join here; waits for it (default: as the kernel routes)")
        .option("buffer", "BYTES", "4M", "receive buffer to ask the kernel for")
        .flagOnByDefault("offload", "the kernel shall not glue datagrams together")
        .option("output", "DIR", "", "write each message into a file in this new folder");
  }

  @Override
  public int run(Arguments arguments, Output out, Stop stop)
      throws IOException, InterruptedException {
    ReceiveLimits limits = ReceiveLimits.of(arguments);
    Groups.configurePorts(arguments);
    Optional<Duration> stats = arguments.optionalDuration("stats");
    var loss = new SimulatedLoss(FeedOptions.drop(arguments, out), new SplittableRandom());
    if (arguments.flag("numbered")) {
      return measure(new Measuring(limits, stats, loss, out), arguments, out, stop);
    }
    Groups.preferPortablePort();
    if (arguments.isSet("also")) {
      throw new UsageException("--also goes with --numbered");
    }
    Optional<MessageFiles> files =
        arguments.isSet("output")
            ? Optional.of(MessageFiles.in(Path.of(arguments.text("output"))))
            : Optional.empty();
    Receiving receiving = new Receiving(limits, stats, files, loss, out);
    try (Members members = Members.join(arguments, Optional.empty(), out)) {
      receiving.run(members);
      members.leave();
      out.emit(members.describe(receiving.summary()));
      return limits.exitCode(receiving.messages(), stop);
    }
  }

  private static int measure(Measuring measuring, Arguments arguments, Output out, Stop stop)
      throws IOException {
    if (arguments.isSet("output")) {
      throw new UsageException("--output: numbered datagrams only count, there is nothing to keep");
    }
    try (Members members = Members.join(arguments, Optional.of(measuring::onDatagram), out)) {
      measuring.run(members, arguments);
      members.leave();
      out.emit(members.describe(measuring.summary()));
      return measuring.exitCode(stop);
    }
  }
}
