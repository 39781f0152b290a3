package dev.twincast.cli;

import dev.twincast.anycast.Announcer;
import dev.twincast.anycast.Via;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.List;

/**
 * An announcer of the command line: its options, its events, and what came of it. Made by the
 * command's thread, which is interrupted when nobody reads the events any more. Thread-safe.
 */
final class Announcing {
  private final Output out;
  private final Thread command = Thread.currentThread();
  private long announcements; // guarded by this
  private long withdrawals; // guarded by this

  Announcing(Output out) {
    this.out = out;
  }

  Announcer.Builder builder(List<String> vips, Arguments arguments) {
    List<String> vias = arguments.list("via");
    if (vias.isEmpty()) {
      throw new UsageException("which way? give --via, such as bird:/run/bird/bird.ctl:vip1");
    }
    String[] more = vips.subList(1, vips.size()).toArray(String[]::new);
    Announcer.Builder builder =
        Announcer.builder(vips.getFirst(), more)
            .interval(arguments.duration("interval"))
            .fall((int) arguments.number("fall", 1, 1_000))
            .rise((int) arguments.number("rise", 1, 1_000))
            .holdDown(arguments.duration("hold-down"))
            .lease(arguments.duration("lease"))
            .observer(this::onEvent);
    arguments.optionalDuration("check-timeout").ifPresent(builder::checkTimeout);
    vias.forEach(via -> builder.via(arguments.read("via", text -> Via.parse(via))));
    return builder;
  }

  private void onEvent(Announcer.Event event) {
    try {
      tell(event);
    } catch (UncheckedIOException readerIsGone) {
      command.interrupt(); // its next word meets the same fate, and ends it
    }
  }

  private synchronized void tell(Announcer.Event event) {
    switch (event) {
      case Announcer.Event.Announced(InetAddress vip, Via via, String reason) -> {
        announcements++;
        out.emit(change("announced", vip, via, reason));
      }
      case Announcer.Event.Withdrawn(InetAddress vip, Via via, String reason) -> {
        withdrawals++;
        out.emit(change("withdrawn", vip, via, reason));
      }
      case Announcer.Event.Checked(boolean ok, String reason) ->
          out.emit(Event.of("check").with("ok", ok).with("reason", reason));
      case Announcer.Event.Held(var time) ->
          out.emit(Event.of("held").with("seconds", Math.round(time.toMillis() / 100.0) / 10.0));
      case Announcer.Event.Failed(Via via, String reason) ->
          out.emit(Event.of("unreachable").with("via", via.toString()).with("reason", reason));
      case Announcer.Event.Ended ended -> {} // the command says so itself
    }
  }

  private static Event change(String name, InetAddress vip, Via via, String reason) {
    return Event.of(name)
        .with("vip", vip.getHostAddress())
        .with("via", via.toString())
        .with("reason", reason);
  }

  synchronized Event summary() {
    return Event.summary("announce")
        .with("announcements", announcements)
        .with("withdrawals", withdrawals);
  }

  /** Of a command that was stopped: did it ever announce, and is all of it taken back? */
  synchronized int exitCode(boolean isWithdrawn, Stop stop) {
    if (!isWithdrawn) {
      return ExitCode.ERROR;
    }
    return announcements > 0 ? ExitCode.OK : stop.exitCode();
  }
}
