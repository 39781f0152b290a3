package dev.twincast.cli;

import com.google.gson.JsonObject;
import java.io.IOException;

/** {@code demo}: both models on this machine, each program of them a process of its own. */
final class DemoCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of("demo", "both models on this machine, without Docker")
        .example("demo", "anycast, then multicast, on the loopback interface")
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
      anycast.run();
      multicast.run();
      out.print("");
      out.print(anycast.table());
      out.print(multicast.table());
      boolean good = anycast.isGood() && multicast.isGood();
      out.print(
          good
              ? "All as it should be: any one answered each call, every member got each message."
              : "Not as it should be: see the table.");
      JsonObject replicas = new JsonObject();
      anycast.answers().forEach(replicas::addProperty);
      out.emit(
          Event.summary("demo")
              .with("answered", anycast.answered())
              .with("calls", anycast.calls())
              .with("replicas", replicas)
              .with("expected", multicast.expected())
              .with("received", multicast.received()));
      return good ? ExitCode.OK : ExitCode.OUTSIDE_LIMIT;
    }
  }
}
