package dev.twincast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How fast a subscriber that begins far behind is given what one recorder keeps. */
final class ReplayTable {
  private static final int SIZE = 1024;
  private static final int MESSAGES = 600_000;

  private enum Server {
    PLAIN("a plain socket, Java", "plain", "serve"),
    MEMORY("ours, recorder in memory", "feed", "record"),
    JOURNAL("ours, recorder with a journal", "feed", "record");

    final String title;
    final String program;
    final String what;

    Server(String title, String program, String what) {
      this.title = title;
      this.program = program;
      this.what = what;
    }
  }

  private ReplayTable() {}

  static void print(Extent extent) throws IOException {
    int messages = extent.quick() ? MESSAGES / 5 : MESSAGES;
    Markdown.title(
        "Replay of %,d messages of %d B from one server, over loopback; journal on %s"
            .formatted(messages, SIZE, TemporaryFolder.fileSystem()));
    Turns<Server, Values> turns;
    try (Network _ = Network.of(0)) {
      turns =
          Turns.of(
              extent.turns(3),
              List.of(Server.values()),
              server -> Optional.of(run(server, messages)));
    }
    Markdown.heading("", "messages/s", "MB/s", "of plain", "CPU µs each: server", "client");
    for (Server server : Server.values()) {
      Markdown.row(
          server.title,
          turns.cell(server, Values::rate, "%,.0f"),
          turns.cell(server, it -> it.rate() * SIZE / 1e6, "%,.0f"),
          turns.ratio(server, Server.PLAIN, Values::rate),
          turns.cell(server, it -> it.number("server") / 1e3 / it.number("measured"), "%.2f"),
          turns.cell(server, Values::cpuMicros, "%.2f"));
    }
  }

  private static Values run(Server server, int messages) throws IOException {
    List<String> settings =
        new ArrayList<>(
            List.of("group=239.1.2.3", "port=5000", "messages=" + messages, "size=" + SIZE));
    settings.addAll(List.of("warmup=5", "rounds=5"));
    try (var folder = TemporaryFolder.make()) {
      if (server == Server.JOURNAL) {
        settings.add("journal=" + folder.path());
      }
      return run(server, settings);
    }
  }

  private static Values run(Server server, List<String> settings) throws IOException {
    try (Child serving = program(List.of(server.program, server.what), settings)) {
      serving.await("ready");
      try (Child fetching = program(List.of(server.program, "fetch"), settings)) {
        fetching.await("ready");
        long before = Kernel.cpuNanos(serving.pid());
        Values result = fetching.result();
        System.err.println(server.title + ": " + result);
        return result.with("server", Kernel.cpuNanos(serving.pid()) - before);
      }
    }
  }

  private static Child program(List<String> words, List<String> settings) throws IOException {
    List<String> command = new ArrayList<>(Contender.JVM);
    command.addAll(List.of("-Xmx2g", Program.class.getName()));
    command.addAll(words);
    command.addAll(settings);
    return Child.start(Network.inSender(command));
  }
}
