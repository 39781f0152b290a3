package dev.twincast.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The demo's third part: the same lines by plain multicast and by the feed, to one receiver each,
 * and both receivers throw away the same share of what arrives.
 */
final class FeedDemo {
  private static final int USUAL_PORT = 5009;
  private static final int MESSAGES = 500;
  private static final int RECORDED = 300;
  private static final long MESSAGE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final String LOSS = "10%";

  /** Of what a receiver tells. A thousand messages are too many to look at. */
  private static final Set<String> SHOWN = Set.of("joined", "stats", "end", "warning", "lost");

  private final Stage stage;
  private final Map<String, Long> repaired = new TreeMap<>();
  private long plainReceived;
  private long received;
  private long live;
  private long replayed;

  FeedDemo(Stage stage) {
    this.stage = stage;
  }

  void run() throws IOException, InterruptedException {
    try (DemoPort port = DemoPort.udp(USUAL_PORT);
        DemoPort plainPort = DemoPort.udp(0)) {
      run(port.number(), plainPort.number());
    }
  }

  private void run(int port, int plainPort) throws IOException, InterruptedException {
    if (port != USUAL_PORT) {
      stage.say("UDP port " + USUAL_PORT + " is taken; using " + port);
    }
    stage.narrate(
        "FEED: both made one. In five seconds "
            + MESSAGES
            + " lines go out, by plain multicast and by the feed.\n"
            + "Each receiver throws away a tenth of what arrives (simulated loss). The feed's asks"
            + " the\n"
            + "recorder for what it missed; the recorder is killed after three seconds.");
    String on = "%" + Loopback.interfaceName();
    String group = "239.255.0.1:" + port + on;
    String plainGroup = "224.1.1.1:" + plainPort + on;

    Actor recorder = stage.start("recorder", "record", group, "--bind", "127.0.0.1", "--port", "0");
    recorder.await("joined", 1);
    String recorderAddress = recorder.events("joined").getFirst().text("recorder");
    Actor plain =
        stage.start("plain", SHOWN, "receive", plainGroup, "--drop", LOSS, "--stats", "1s");
    Actor subscriber =
        stage.start(
            "feed",
            SHOWN,
            "subscribe",
            group,
            "--from",
            "start",
            "--recorder",
            recorderAddress,
            "--drop",
            LOSS,
            "--stats",
            "1s");
    plain.await("joined", 1);
    subscriber.await("joined", 1);
    Actor sender = stage.startWithInput("sender", Set.of(), "send", plainGroup, "-");
    Actor publisher =
        stage.startWithInput(
            "publisher",
            Set.of("publishing", "published", "summary"),
            "publish",
            group,
            "--recorder-port",
            "0",
            "--linger",
            "1s");
    publisher.await("publishing", 1);

    feed(recorder, sender, publisher);
    sender.awaitSummary();
    publisher.await("published", 1);
    Event told = subscriber.awaitSummary();
    publisher.awaitSummary();
    plainReceived = plain.stop().number("messages");
    received = told.number("messages");
    live = told.number("live");
    replayed = told.number("replayed");
    told.object("repaired")
        .asMap()
        .forEach((by, count) ->
            repaired.merge(
                by.equals(recorderAddress) ? "recorder" : "publisher",
                count.getAsLong(),
                Long::sum));
  }

  private void feed(Actor recorder, Actor sender, Actor publisher)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    for (int i = 1; i <= MESSAGES; i++) {
      TimeUnit.NANOSECONDS.sleep(start + i * MESSAGE_NANOS - System.nanoTime());
      String line = "{\"reading\": " + i + "}\n";
      sender.write(line);
      publisher.write(line);
      if (i == RECORDED) {
        recorder.kill();
        stage.note("The recorder is killed: the publisher has to answer now.");
      }
    }
    sender.end();
    publisher.end();
  }

  /** What became of the messages: of plain multicast, and of the feed. */
  JsonObject result() {
    JsonObject by = new JsonObject();
    repaired.forEach(by::addProperty);
    JsonObject result = new JsonObject();
    result.addProperty("messages", MESSAGES);
    result.addProperty("plain", plainReceived);
    result.addProperty("received", received);
    result.addProperty("live", live);
    result.add("repaired", by);
    result.addProperty("replayed", replayed);
    return result;
  }

  boolean isGood() {
    return received == MESSAGES;
  }

  String table() {
    StringBuilder table =
        new StringBuilder(
            "%-26s%-21s%s\n".formatted("feed: " + LOSS + " simulated loss", "received", "missing"));
    table.append(row("plain multicast", plainReceived));
    table.append(row("feed", received));
    table.append(part("live", live));
    table.append(part("from the recorder", repaired.getOrDefault("recorder", 0L)));
    table.append(part("from the publisher", repaired.getOrDefault("publisher", 0L)));
    if (replayed > 0) {
      table.append(part("replayed", replayed));
    }
    return table.toString();
  }

  private static String row(String who, long received) {
    return "  %-24s%-21s%d\n".formatted(who, received + " of " + MESSAGES, MESSAGES - received);
  }

  private static String part(String how, long messages) {
    return "    %-22s%d\n".formatted(how, messages);
  }
}
