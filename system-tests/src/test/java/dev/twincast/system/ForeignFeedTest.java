package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * Nassau, which speaks MoldUDP64 and SoupBinTCP and shares no code with us, on each side of a feed:
 * it hears and asks, publishes and answers, replays and is replayed to.
 */
final class ForeignFeedTest {
  private static final String SESSION = "foreign"; // shorter than its field, so padding counts
  private static final List<String> MESSAGES =
      IntStream.rangeClosed(1, 700).mapToObj(ForeignFeedTest::message).toList();

  @AutoClose private final Host machine = Host.local();
  private final int port = FreePort.udp();
  private final InetSocketAddress group = new InetSocketAddress("239.77.1.4", port);
  private final String groupName = "239.77.1.4:" + port + "%lo";

  /** From an empty one to one that fills a packet of theirs: at most 1,398 bytes. */
  private static String message(int i) {
    return (i + ",").repeat(i % 350);
  }

  private Program publish(String options) {
    return machine.twincast(
        "publish %s --json --recorder-port 0 --linger 20s --session %s %s"
            .formatted(groupName, SESSION, options));
  }

  private Program record() {
    return machine.twincast("record " + groupName + " --port 0 --json").await("\"joined\"");
  }

  private Program subscribe(String options) {
    return machine
        .twincast("subscribe " + groupName + " --json --from start " + options)
        .await("\"joined\"");
  }

  /** Where requests and replays are answered. */
  private static InetSocketAddress recorder(Program program, String event) {
    String address =
        program.await("\"" + event + "\"").events(event).getFirst().get("recorder").getAsString();
    return Loopback.at(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
  }

  private static String lines(List<String> messages) {
    return messages.stream().map(message -> message + "\n").collect(Collectors.joining());
  }

  private static List<String> received(Program subscribe) {
    return subscribe.events("message").stream()
        .map(message -> message.get("text").getAsString())
        .toList();
  }

  private static JsonObject summary(Program program) {
    assertEquals(0, program.exitCode(), program::toString);
    return program.events("summary").getFirst();
  }

  @Test
  void aForeignReceiverHasAllWithWhatItAsksThePublisherFor() throws IOException {
    Program publish = publish("");
    InetSocketAddress publisher = recorder(publish, "publishing");
    try (var receiver = new ForeignReceiver(group, publisher).missing(5)) {
      publish.write(lines(MESSAGES)).closeInput();

      Await.until("the end at the foreign receiver", receiver::hearsTheEnd);

      assertEquals(MESSAGES, receiver.messages());
      assertTrue(receiver.requests() > 0);
    }
  }

  @Test
  void aForeignReceiverThatComesLateIsGivenWhatItMissedByARecorder() throws IOException {
    Program record = record();
    Program publish = publish("--acks 1").write(lines(MESSAGES));
    publish.awaitMatch("\"acknowledged\".*\"to\":" + MESSAGES.size());
    try (var receiver = new ForeignReceiver(group, recorder(record, "joined"))) {
      publish.write("one more\n").closeInput();

      Await.until("the end at the foreign receiver", receiver::hearsTheEnd);

      assertEquals(MESSAGES, receiver.messages().subList(0, MESSAGES.size()));
      assertEquals("one more", receiver.messages().getLast());
      assertEquals(MESSAGES.size() + 1, receiver.messages().size());
    }
    JsonObject recorded = summary(record.signal("TERM"));
    assertTrue(recorded.get("repaired").getAsLong() >= MESSAGES.size(), record::toString);
  }

  @Test
  void aForeignPublisherIsHeardAndItsRequestServerAskedForWhatIsMissing() throws IOException {
    try (var publisher = new ForeignPublisher(group, SESSION)) {
      Program subscribe = subscribe("--drop 20% --recorder " + publisher.requestServer());

      publisher.publish(MESSAGES);
      publisher.endWhile(subscribe::isRunning);

      JsonObject seen = summary(subscribe);
      assertEquals(MESSAGES, received(subscribe));
      assertEquals(0, seen.get("lost").getAsLong());
      assertTrue(
          seen.getAsJsonObject("repaired").get(publisher.requestServer()).getAsLong() > 0,
          subscribe::toString);
    }
  }

  /** Our recorders replay so much; a request server does not. */
  @Test
  void aForeignRequestServerIsAskedForAllThatWasPublishedBefore() throws IOException {
    List<String> messages = IntStream.rangeClosed(1, 20_000).mapToObj(i -> "#" + i).toList();
    try (var publisher = new ForeignPublisher(group, SESSION)) {
      publisher.publish(messages); // to nobody
      Program subscribe = subscribe("--recorder " + publisher.requestServer());

      publisher.endWhile(subscribe::isRunning);

      summary(subscribe);
      assertEquals(messages, received(subscribe));
    }
  }

  @Test
  void aForeignClientIsReplayedAllOrARestThenHeartbeatsThenWhatComes() throws IOException {
    Program record = record();
    InetSocketAddress recorder = recorder(record, "joined");
    Program publish = publish("--acks 1").write(lines(MESSAGES));
    publish.awaitMatch("\"acknowledged\".*\"to\":" + MESSAGES.size());

    try (var rest = new ForeignClient(recorder, SESSION, 690);
        var all = new ForeignClient(recorder, SESSION, 1)) {
      Await.until("a heartbeat, after all", () -> all.read() && all.heartbeats() > 0);
      assertEquals(SESSION, all.acceptedSession());
      assertEquals(1, all.acceptedNumber());
      assertEquals(MESSAGES, all.messages());
      all.sendHeartbeat();

      publish.write("one more\n").closeInput();
      Await.until("the end of the replay", () -> all.read() && all.hasEnded());
      assertEquals(MESSAGES.size() + 1, all.messages().size());
      assertEquals("one more", all.messages().getLast());

      Await.until("the end of the other replay", () -> rest.read() && rest.hasEnded());
      assertEquals(690, rest.acceptedNumber());
      assertEquals(all.messages().subList(689, MESSAGES.size() + 1), rest.messages());
    }
  }

  @Test
  void aForeignClientThatLogsOutIsLetGo() throws IOException {
    Program record = record();
    InetSocketAddress recorder = recorder(record, "joined");
    Program publish = publish("--acks 1").write("a\n");
    publish.await("\"acknowledged\"");
    try (var client = new ForeignClient(recorder, SESSION, 1)) {
      Await.until("the first message", () -> client.read() && !client.messages().isEmpty());

      client.logOut();

      Await.until("the connection to be closed", () -> !client.read());
    }
  }

  @Test
  void aForeignClientIsToldThatThereIsNoSuchSession() throws IOException {
    Program record = record();
    try (var client = new ForeignClient(recorder(record, "joined"), "elsewhere", 1)) {
      Await.until("the connection to be closed", () -> !client.read());

      assertEquals('S', client.rejected());
      assertEquals(List.of(), client.messages());
    }
  }

  @Test
  void aForeignServerReplaysToTheEndOfItsSession() throws IOException {
    try (var server = new ForeignServer(SESSION, MESSAGES, true)) {
      Program subscribe = subscribe("--recorder " + server.address());

      JsonObject seen = summary(subscribe);
      assertEquals(MESSAGES, received(subscribe));
      assertEquals(MESSAGES.size(), seen.get("replayed").getAsLong());
      assertEquals(1, server.logins());
    }
  }

  @Test
  void whatAForeignServerReplaysJoinsWhatAForeignPublisherSends() throws IOException {
    try (var server = new ForeignServer(SESSION, MESSAGES, false);
        var publisher = new ForeignPublisher(group, SESSION)) {
      publisher.publish(MESSAGES); // to nobody
      Program subscribe = subscribe("--recorder " + server.address());

      subscribe.awaitMatch("\"message\".*\"number\":" + MESSAGES.size());
      publisher.publish(List.of("one more"));
      publisher.endWhile(subscribe::isRunning);

      JsonObject seen = summary(subscribe);
      assertEquals(MESSAGES, received(subscribe).subList(0, MESSAGES.size()));
      assertEquals("one more", received(subscribe).getLast());
      assertEquals(MESSAGES.size(), seen.get("replayed").getAsLong());
      assertEquals(1, seen.get("live").getAsLong());
    }
  }
}
