package dev.twincast.cli;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The demo's first part: three server processes on one port, and a client that calls. */
final class AnycastDemo {
  private static final int USUAL_PORT = 5000;
  private static final int SERVERS = 3;
  private static final int CALLS = 9;

  /** One replica can answer nine calls by chance (1 in 6,561); never 63. */
  private static final int MOST_ROUNDS = 7;

  private final Stage stage;
  private final Map<String, Long> answers = new TreeMap<>();
  private long calls;

  AnycastDemo(Stage stage) {
    this.stage = stage;
  }

  void run() throws IOException, InterruptedException {
    try (DemoPort port = DemoPort.tcp(USUAL_PORT)) {
      run(port.number());
    }
  }

  private void run(int port) throws IOException, InterruptedException {
    if (port != USUAL_PORT) {
      stage.say("TCP port " + USUAL_PORT + " is taken; using " + port);
    }
    stage.narrate(
        "ANYCAST over TCP: three servers share one address, 127.0.0.1:%d. Watch the names:\n"
                .formatted(port)
            + "each call is answered by one server, any one, and the client need not know which.");
    List<Actor> servers = new ArrayList<>();
    for (int i = 1; i <= SERVERS; i++) {
      String name = "server-" + i;
      answers.put(name, 0L);
      servers.add(
          stage.start(name, "serve", "--bind", "127.0.0.1", "--port", "" + port, "--name", name));
    }
    for (Actor server : servers) {
      server.await("listening", 1);
    }
    for (int round = 0;
        round == 0 || (round < MOST_ROUNDS && replicasThatAnswered() < 2);
        round++) {
      call(port);
    }
    for (Actor server : servers) {
      server.end();
    }
    for (Actor server : servers) {
      server.awaitSummary();
    }
  }

  private void call(int port) throws IOException, InterruptedException {
    Event summary =
        stage.start("client", "call", "127.0.0.1:" + port, "--count", "" + CALLS).awaitSummary();
    calls += CALLS;
    for (Map.Entry<String, JsonElement> replica : summary.object("replicas").entrySet()) {
      answers.merge(replica.getKey(), replica.getValue().getAsLong(), Long::sum);
    }
  }

  private long replicasThatAnswered() {
    return answers.values().stream().filter(count -> count > 0).count();
  }

  Map<String, Long> answers() {
    return answers;
  }

  long calls() {
    return calls;
  }

  long answered() {
    return answers.values().stream().mapToLong(Long::longValue).sum();
  }

  boolean isGood() {
    return answered() == calls && replicasThatAnswered() > 1;
  }

  String table() {
    StringBuilder table =
        new StringBuilder("%-26s%s\n".formatted("anycast: who answered", "calls"));
    answers.forEach((name, count) -> table.append("  %-24s%d\n".formatted(name, count)));
    return table.append("  %-24s%d of %d\n".formatted("together", answered(), calls)).toString();
  }
}
