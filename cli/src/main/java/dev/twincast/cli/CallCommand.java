package dev.twincast.cli;

import dev.twincast.anycast.AnycastClient;
import dev.twincast.anycast.Endpoint;
import dev.twincast.anycast.Policy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** {@code call}: reaches any one replica, one or many times, and says who answered. */
final class CallCommand implements Command {
  private static final int DEFAULT_PORT = 5000;

  @Override
  public Syntax syntax() {
    return Syntax.of("call", "reaches any one replica, and says who answered")
        .example(
            "serve & PROGRAM call localhost:5000 --message hello; kill $!",
            "sends a line to a replica and prints its answers")
        .example(
            "serve & a=$!; PROGRAM serve & PROGRAM call localhost --count 500 --connections 4"
                + " --quiet; kill $a $!",
            "500 calls, four at a time: who answered how many, and what would chance do?")
        .example(
            "serve & PROGRAM call localhost --connect --count 20; kill $!",
            "any TCP service: who accepts, how fast? (nothing is read or written)")
        .operands("HOST[:PORT] ...")
        .option("count", "N", "3", "calls; 0: until stopped")
        .option("interval", "DURATION", "0s", "pause between the calls of a connection")
        .option("connections", "N", "1", "calls at a time")
        .option("policy", "POLICY", "random", "which replica: " + Policies.ALL)
        .option("message", "TEXT", "", "a line to send after the greeting; its answer is printed")
        .flag("messages", "speak the message service: TEXT (or hello) is the request")
        .flag("connect", "only connect, for a service that does not greet")
        .option(
            "hedge",
            "DURATION",
            "",
            "with --messages: a second copy after this time (else: later than 95 of 100), or off")
        .option("timeout", "DURATION", "2s", "for each call, over all attempts on all replicas")
        .option("wait", "DURATION", "10s", "time for the first replica to appear")
        .option("stats", "DURATION", "", "tell the shares of each such time by itself")
        .flag("quiet", "no line for each reply; on a terminal the shares as they grow");
  }

  @Override
  public int run(Arguments arguments, Output out, Stop stop)
      throws IOException, InterruptedException {
    List<Endpoint> endpoints = endpoints(arguments);
    long count = arguments.number("count", 0, Long.MAX_VALUE);
    int connections = (int) arguments.number("connections", 1, 10_000);
    Duration interval = arguments.duration("interval");
    Policy policy = arguments.read("policy", Policies::parse);
    Calls calls =
        new Calls(
            count == 0 ? Long.MAX_VALUE : count, asking(arguments), arguments.flag("quiet"), out);
    AnycastClient.Builder builder =
        AnycastClient.builder(endpoints)
            .timeout(arguments.duration("timeout"))
            .policy(policy)
            .observer(calls::retrying);
    hedge(arguments, builder);
    try (AnycastClient client = builder.open()) {
      try {
        if (calls.first(client, arguments.duration("wait"), names(endpoints))) {
          calls.others(client, connections, interval, arguments.optionalDuration("stats"));
        }
      } catch (InterruptedException stopped) {
        // sum up what there was
      }
      out.emit(calls.summary(client.statistics(), policy instanceof Policy.Random));
    }
    return calls.exitCode(stop);
  }

  private static Asking asking(Arguments arguments) {
    String message = arguments.text("message");
    if (arguments.flag("connect")) {
      if (arguments.flag("messages") || !message.isEmpty()) {
        throw new UsageException("--connect only connects: leave out --message and --messages");
      }
      return new Asking.Connect();
    }
    return arguments.flag("messages")
        ? new Asking.Message(message.isEmpty() ? "hello" : message)
        : new Asking.Greeting(message);
  }

  private static void hedge(Arguments arguments, AnycastClient.Builder builder) {
    if (arguments.isSet("hedge") && !arguments.flag("messages")) {
      throw new UsageException("--hedge is for --messages");
    }
    if (arguments.text("hedge").equals("off")) {
      builder.withoutHedging();
    } else if (arguments.isSet("hedge")) {
      builder.hedgeAfter(arguments.duration("hedge"));
    }
  }

  private static List<Endpoint> endpoints(Arguments arguments) {
    if (arguments.operands().isEmpty()) {
      throw new UsageException("which replicas? give HOST or HOST:PORT");
    }
    try {
      return arguments.operands().stream().map(o -> Endpoint.parse(o, DEFAULT_PORT)).toList();
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static String names(List<Endpoint> endpoints) {
    return String.join(", ", endpoints.stream().map(Endpoint::toString).toList());
  }
}
