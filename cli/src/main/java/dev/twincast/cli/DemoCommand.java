package dev.twincast.cli;

import com.google.gson.JsonObject;
import java.io.IOException;

/** {@code demo}: anycast, multicast and the feed, each program of them a process of its own. */
final class DemoCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of("demo", "anycast, multicast and the feed on this machine, without Docker")
        .example("demo", "anycast, multicast, then the feed, on the loopback interface")
        .example("demo --json | tail -n 1", "only the result")
        .flag("no-color", "no colours on a terminal, as with NO_COLOR");
  }

  @Override
  public int run(Arguments arguments, Output out, Stop stop)
      throws IOException, InterruptedException {
    if (!arguments.operands().isEmpty()) {
      throw new UsageException("unexpected '" + arguments.operands().getFirst() + "'");
    }
    boolean colour = !out.isJson() && Terminal.isColourful() && !arguments.flag("no-color");
    try (Stage stage = new Stage(out, colour)) {
      AnycastDemo anycast = new AnycastDemo(stage);
      MulticastDemo multicast = new MulticastDemo(stage);
      FeedDemo feed = new FeedDemo(stage);
      anycast.run();
      multicast.run();
      feed.run();
      out.print("");
      out.print(anycast.table());
      out.print(multicast.table());
      out.print(feed.table());
      boolean good = anycast.isGood() && multicast.isGood() && feed.isGood();
      out.print(
          good
              ? "All as it should be: any one answered, every member received, and the feed lost"
                  + " nothing."
              : "Not as it should be: see the table.");
      JsonObject replicas = new JsonObject();
      anycast.answers().forEach(replicas::addProperty);
      out.emit(
          Event.summary("demo")
              .with("answered", anycast.answered())
              .with("calls", anycast.calls())
              .with("replicas", replicas)
              .with("expected", multicast.expected())
              .with("received", multicast.received())
              .with("feed", feed.result()));
      return good ? ExitCode.OK : ExitCode.OUTSIDE_LIMIT;
    }
  }
}
