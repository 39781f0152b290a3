package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  private final Latencies latencies = new Latencies();

  @Test
  void givesPercentilesInMillisecondsToThreeDigits() {
    for (int millis = 1000; millis >= 1; millis--) {
      latencies.add(millis * 1_000_000L);
    }

    JsonObject result = latencies.millis();

    assertEquals(500, result.get("p50").getAsDouble(), 0.5);
    assertEquals(900, result.get("p90").getAsDouble(), 0.9);
    assertEquals(990, result.get("p99").getAsDouble(), 1);
    assertEquals(999, result.get("p999").getAsDouble(), 1);
    assertEquals(1000, result.get("max").getAsDouble(), 1);
  }

  @Test
  void isZeroWithoutCalls() {
    latencies.add(1_000_000);
    latencies.reset();

    assertEquals(0, latencies.millis().get("p99").getAsDouble());
    assertEquals(0, latencies.millis().get("max").getAsDouble());
  }
}
