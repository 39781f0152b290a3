package dev.twincast.cli;

import dev.twincast.anycast.AnycastClient;
import dev.twincast.anycast.Endpoint;
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
            "serve & a=$!; PROGRAM serve & PROGRAM call localhost --count 50 --connections 4; kill"
                + " $a $!",
            "50 calls, four at a time: who answered how many?")
        .operands("HOST[:PORT] ...")
        .option("count", "N", "3", "calls; 0: until stopped")
        .option("interval", "DURATION", "0s", "pause between the calls of a connection")
        .option("connections", "N", "1", "calls at a time")
        .option("message", "TEXT", "", "a line to send after the greeting; its answer is printed")
        .option("timeout", "DURATION", "2s", "for each call, over all attempts on all replicas")
        .option("wait", "DURATION", "10s", "time for the first replica to appear");
  }

  @Override
  public int run(Arguments arguments, Output out, Stop stop)
      throws IOException, InterruptedException {
    List<Endpoint> endpoints = endpoints(arguments);
    long count = arguments.number("count", 0, Long.MAX_VALUE);
    int connections = (int) arguments.number("connections", 1, 10_000);
    Duration interval = arguments.duration("interval");
    Calls calls = new Calls(count == 0 ? Long.MAX_VALUE : count, arguments.text("message"), out);
    try (AnycastClient client =
        AnycastClient.builder(endpoints)
            .timeout(arguments.duration("timeout"))
            .observer(calls::retrying)
            .open()) {
      try {
        if (calls.first(client, arguments.duration("wait"), names(endpoints))) {
          calls.others(client, connections, interval);
        }
      } catch (InterruptedException stopped) {
        // sum up what there was
      }
    }
    out.emit(calls.summary());
    return calls.exitCode(stop);
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
