package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import org.junit.jupiter.api.Test;

/** The lab's lines, to the letter. */
class LinesTest {
  @Test
  void server() {
    assertEquals(
        "[server] listening on 0.0.0.0:5000",
        Lines.of(Event.of("listening").with("address", "0.0.0.0").with("port", 5000)));
    assertEquals(
        "[server] a41f draining: 2 connections",
        Lines.of(Event.of("draining").with("name", "a41f").with("connections", 2)));
    assertEquals(
        "[server] a41f draining: 1 connection",
        Lines.of(Event.of("draining").with("name", "a41f").with("connections", 1)));
  }

  @Test
  void client() {
    assertEquals(
        "Received: Hello from server a41f",
        Lines.of(Event.of("reply").with("text", "Hello from server a41f")));

    JsonObject replicas = new JsonObject();
    replicas.addProperty("0be2", 2);
    replicas.addProperty("77c0", 3);
    replicas.addProperty("a41f", 4);
    JsonObject millis = new JsonObject();
    millis.addProperty("p50", 0.6);
    millis.addProperty("max", 2.1);
    assertEquals(
        "3 replicas answered 9 calls: a41f 4, 77c0 3, 0be2 2; 0 failed; median 0.6 ms, worst 2.1"
            + " ms",
        Lines.of(
            Event.summary("call")
                .with("answered", 9)
                .with("failed", 0)
                .with("replicas", replicas)
                .with("millis", millis)));
  }

  @Test
  void publisher() {
    Event summary =
        Event.summary("publish").with("messages", 5).with("repaired", 2).with("requests", 1);
    summary.with("replays", 0);
    assertEquals("5 messages, 2 repaired on 1 request, 0 replays", Lines.of(summary));
    assertEquals(
        "5 messages, 2 repaired on 1 request, 0 replays; 2 of 3 receivers have everything",
        Lines.of(summary.with("receivers", 3).with("complete", 2)));
    assertEquals("0 of 1 receiver has everything", FeedLines.complete(0, 1));
  }

  @Test
  void announcer() {
    assertEquals(
        "10.99.0.1 announced via address:lo: the check passes",
        Lines.of(
            Event.of("announced")
                .with("vip", "10.99.0.1")
                .with("via", "address:lo")
                .with("reason", "the check passes")));
    assertEquals(
        "10.99.0.1 withdrawn via address:lo: Connection refused",
        Lines.of(
            Event.of("withdrawn")
                .with("vip", "10.99.0.1")
                .with("via", "address:lo")
                .with("reason", "Connection refused")));
    assertEquals("check passes", Lines.of(Event.of("check").with("ok", true).with("reason", "")));
    assertEquals(
        "check fails: Connection refused",
        Lines.of(Event.of("check").with("ok", false).with("reason", "Connection refused")));
    assertEquals(
        "check passes, but announced too short a time ago: held for 9.7 s",
        Lines.of(Event.of("held").with("seconds", 9.7)));
    assertEquals(
        "2 announcements, 1 withdrawal",
        Lines.of(Event.summary("announce").with("announcements", 2).with("withdrawals", 1)));
  }

  @Test
  void sender() {
    assertEquals(
        "Sent JSON: {\"sensor\": \"temp\", \"value\": 23.5}",
        Lines.of(Payload.of("{\"sensor\": \"temp\", \"value\": 23.5}").describe(Event.of("sent"))));
    assertEquals(
        "Sent binary blob (1024 bytes)",
        Lines.of(Payload.of(new byte[1024]).describe(Event.of("sent"))));
    assertEquals("Sent text: hello", Lines.of(Payload.of("hello").describe(Event.of("sent"))));
  }

  @Test
  void receiver() {
    Event group = Event.of("joined").with("group", "224.1.1.1").with("port", 5007);
    assertEquals(
        "Joined multicast group 224.1.1.1:5007 on eth0", Lines.of(group.with("interface", "eth0")));
    assertEquals(
        "Leaving multicast group [ff15::1]:5007",
        Lines.of(Event.of("left").with("group", "ff15::1").with("port", 5007)));
    assertEquals(
        "Received from 172.18.0.3:5007: {\"value\": 23.5}",
        Lines.of(
            Payload.of("{\"value\": 23.5}")
                .describe(Event.of("message").with("source", "172.18.0.3:5007"))));
    assertEquals(
        "Received from 172.18.0.3:5007: binary blob, 1024 bytes",
        Lines.of(
            Payload.of(new byte[1024])
                .describe(Event.of("message").with("source", "172.18.0.3:5007"))));
    assertEquals(
        "2 messages from 1 source",
        Lines.of(Event.summary("receive").with("messages", 2).with("sources", 1)));
    assertEquals(
        "1 message from 1 source; simulated loss of 1 datagram",
        Lines.of(
            Event.summary("receive")
                .with("messages", 1)
                .with("sources", 1)
                .with("simulatedDrops", 1)));
  }

  @Test
  void feed() {
    JsonObject repaired = new JsonObject();
    repaired.addProperty("10.0.0.2:5008", 3);
    repaired.addProperty("10.0.0.3:5008", 4);
    Event subscribed =
        Event.summary("subscribe")
            .with("messages", 100)
            .with("live", 91)
            .with("repaired", repaired)
            .with("replayed", 2)
            .with("lost", 0)
            .with("duplicates", 1)
            .with("kernelDrops", 5)
            .with("simulatedDrops", 8);
    assertEquals(
        "100 messages: 91 live, repaired 3 by 10.0.0.2:5008, 4 by 10.0.0.3:5008, 2 replayed;"
            + " 0 lost, 1 duplicate; the kernel dropped 5; simulated loss of 8 datagrams",
        Lines.of(subscribed));
    assertEquals(
        "100 messages: 91 live, 0 repaired, 2 replayed; 0 lost, 1 duplicate",
        Lines.of(
            subscribed
                .with("repaired", new JsonObject())
                .with("kernelDrops", -1)
                .with("simulatedDrops", 0)));
  }
}
