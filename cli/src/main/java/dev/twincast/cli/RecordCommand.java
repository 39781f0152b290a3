package dev.twincast.cli;

import dev.twincast.feed.Recorder;
import dev.twincast.feed.RecorderStatistics;
import dev.twincast.multicast.Group;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;

/** {@code record}: keeps what is published, for whoever missed it. */
final class RecordCommand implements Command {
  @Override
  public Syntax syntax() {
    return FeedOptions.journal(
        Syntax.of("record", "keeps what is published, and repairs")
            .example(
                "record --journal $(mktemp -d) & r=$!; sleep 1; seq 5 | PROGRAM publish --acks 1"
                    + " --recorder-port 0; kill $r; wait",
                "keeps all sessions of 239.255.0.1:5009; the publisher waits until it has")
            .example(
                "record --port 5018 --peer localhost:5008 --duration 2s",
                "one that asks another for what it missed; exits with 3 when nothing came")
            .operands("[GROUP:PORT]")
            .option("port", "PORT", "5008", "answer here, by UDP and TCP; 0: any")
            .option("bind", "ADDRESS", "", "answer at this address only")
            .option("peer", "HOST:PORT", "", "another recorder; may be repeated")
            .option("drop", "PERCENT", "", "throw away what arrives: simulated loss")
            .option("interface", "IFACE", "", "join here (default: as the kernel routes)")
            .option("duration", "DURATION", "", "end after this time")
            .option("stats", "DURATION", "", "print what came until now, each time"));
  }

  @Override
  public int run(Arguments arguments, Output out, Stop stop) throws IOException {
    Group group = FeedOptions.onlyGroup(arguments.operands());
    long left =
        arguments.optionalDuration("duration").map(it -> it.toNanos()).orElse(Long.MAX_VALUE);
    Ticks ticks = new Ticks(arguments.optionalDuration("stats"));
    Recorder recorder = recorder(group, arguments, out);
    boolean isStopped;
    try (recorder) {
      out.emit(
          Event.of("joined")
              .with("group", group.address().getHostAddress())
              .with("port", group.port())
              .with("interface", recorder.networkInterface().getName())
              .with("recorder", HostPort.of(recorder.address())));
      isStopped = awaitEnd(left, ticks, recorder, out);
    }
    RecorderStatistics seen = recorder.statistics();
    out.emit(statistics(Event.summary("record"), seen));
    if (isStopped) {
      boolean isEndless = left == Long.MAX_VALUE;
      return isEndless && seen.messages() > 0 ? ExitCode.OK : stop.exitCode();
    }
    return seen.messages() > 0 ? ExitCode.OK : ExitCode.NOTHING;
  }

  /** Whether a signal ended it. */
  private static boolean awaitEnd(long nanos, Ticks ticks, Recorder recorder, Output out) {
    long start = System.nanoTime();
    try {
      while (true) {
        long now = System.nanoTime();
        long left = nanos == Long.MAX_VALUE ? nanos : nanos - (now - start);
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.sleep(Math.min(left, ticks.nanosLeft(now)));
        if (ticks.isDue(System.nanoTime())) {
          out.emit(statistics(Event.of("stats"), recorder.statistics()));
        }
      }
    } catch (InterruptedException stopped) {
      return true;
    }
  }

  private static Recorder recorder(Group group, Arguments arguments, Output out)
      throws IOException {
    Recorder.Builder builder =
        Recorder.builder(group)
            .port(arguments.port("port"))
            .peers(FeedOptions.endpoints("peer", arguments))
            .simulatedLoss(FeedOptions.drop(arguments, out))
            .observer(new ToEvents(out));
    FeedOptions.journal(arguments)
        .ifPresentOrElse(
            builder::journal,
            () -> out.say("No --journal: what is recorded is lost with this process"));
    if (arguments.isSet("bind")) {
      builder.bind(bind(arguments));
    }
    if (arguments.isSet("interface")) {
      builder.networkInterface(Groups.networkInterface(arguments));
    }
    return builder.open();
  }

  private static InetAddress bind(Arguments arguments) {
    try {
      return InetAddress.ofLiteral(arguments.text("bind"));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--bind: '" + arguments.text("bind") + "' is not an IP address");
    }
  }

  private static Event statistics(Event event, RecorderStatistics seen) {
    return event
        .with("sessions", seen.sessions())
        .with("messages", seen.messages())
        .with("bytes", seen.bytes())
        .with("requests", seen.requests())
        .with("repaired", seen.repaired())
        .with("replays", seen.replays())
        .with("replayed", seen.replayed())
        .with("lost", seen.lost())
        .with("healed", seen.healed())
        .with("kernelDrops", seen.kernelDrops())
        .with("simulatedDrops", seen.simulatedDrops());
  }

  /** What a recorder tells, as events. */
  private record ToEvents(Output out) implements Recorder.Observer {
    @Override
    public void onRecording(String session, long from) {
      out.emit(Event.of("recording").with("session", session).with("from", from));
    }

    @Override
    public void onEnded(String session, long next) {
      out.emit(Event.of("end").with("session", session).with("next", next));
    }

    @Override
    public void onWarning(String text) {
      out.emit(Event.of("warning").with("reason", text));
    }
  }
}
