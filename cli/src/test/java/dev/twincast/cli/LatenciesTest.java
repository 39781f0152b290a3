package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  private final Latencies latencies = new Latencies(new Random(42));

  @Test
  void givesNearestRankPercentilesInMilliseconds() {
    for (int millis = 100; millis >= 1; millis--) {
      latencies.add(millis * 1_000_000L);
    }

    JsonObject result = latencies.millis();

    assertEquals(50, result.get("p50").getAsDouble());
    assertEquals(99, result.get("p99").getAsDouble());
    assertEquals(100, result.get("max").getAsDouble());
  }

  @Test
  void isZeroWithoutCalls() {
    assertEquals(0, latencies.millis().get("p99").getAsDouble());
  }

  @Test
  void samplesEvenlyAndKeepsTheMaximum() {
    for (int i = 1; i <= 1_000_000; i++) {
      latencies.add(i * 1000L);
    }

    JsonObject result = latencies.millis();

    assertEquals(500, result.get("p50").getAsDouble(), 10);
    assertEquals(1000, result.get("max").getAsDouble());
  }
}
