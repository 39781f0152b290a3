package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;

class CallLinesTest {

  private static Event summary(String fields) {
    JsonObject json = JsonParser.parseString(fields).getAsJsonObject();
    json.addProperty("event", "summary");
    json.addProperty("command", "call");
    return new Event(json);
  }

  @Test
  void ofManyCallsTellsSharesPercentilesRepairsAndReasons() {
    String text =
        Lines.of(
            summary(
                """
                {"calls": 1003, "answered": 1000, "failed": 3, "flips": 640, "retried": 4,
                 "hedged": 2, "replicas": {"a": 300, "b": 700}, "failures": {"refused": 3},
                 "millis": {"p50": 0.6, "p90": 0.9, "p99": 1.5, "p999": 2, "max": 2.1},
                 "expected": {"least": 469, "most": 531}}
                """));

    assertEquals(
        """
        2 replicas answered 1000 calls: b 700, a 300; 3 failed; median 0.6 ms, worst 2.1 ms
        shares: b 70.0 %, a 30.0 % (by chance 46.9 to 53.1 % in 95 of 100 cases); 640 flips
        latency: p50 0.6, p90 0.9, p99 1.5, p99.9 2.0, max 2.1 ms
        4 retried on another replica, 2 hedged
        failed 3 x: refused\
        """,
        text);
  }

  @Test
  void ofATimeTellsTheShares() {
    Event event =
        summary(
            """
            {"calls": 4, "answered": 4, "failed": 0, "flips": 1, "replicas": {"a": 1, "b": 3},
             "failures": {}, "millis": {"p50": 0.6, "p90": 0.9, "p99": 1.5, "p999": 2, "max": 2.1}}
            """);
    event.with("event", "stats");

    assertEquals(
        "4 calls: b 75.0 %, a 25.0 %; 0 failed; 1 flip; p50 0.6 ms, p99 1.5 ms", Lines.of(event));
  }
}
