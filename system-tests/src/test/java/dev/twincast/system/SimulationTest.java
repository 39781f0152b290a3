package dev.twincast.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.feed.FeedHandler;
import dev.twincast.feed.simulation.Scenario;
import dev.twincast.feed.simulation.SimulatedGroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/**
 * The simulated feed as tests of others use it: from another project, by the test jar, and no
 * deeper than its public methods.
 */
final class SimulationTest {
  /** What a user would test: the last price of each pair. */
  private static final class Prices implements FeedHandler {
    private final Map<String, String> last = new HashMap<>();
    private int heard;
    private long missed;

    @Override
    public void onMessage(long number, ByteBuffer message) {
      String[] words = UTF_8.decode(message).toString().split(" ", 2);
      last.put(words[0], words[1]);
      heard++;
    }

    @Override
    public void onLost(long from, long to, String reason) {
      missed += to - from + 1;
    }
  }

  @Test
  void aHandlerHearsAllThoughPacketsAreLostAndARecorderDies() {
    var prices = new Prices();
    try (var group = SimulatedGroup.of(1).recorders(2).loss(0.3).seed(42)) {
      group.subscriber(0).handler(prices);
      for (int i = 0; i < 100; i++) {
        group.publish("EURUSD 1.%04d".formatted(i));
      }
      group.crash("recorder-0");
      group.publish("USDJPY 149.2");
      group.runUntilIdle();
    }
    assertEquals(Map.of("EURUSD", "1.0099", "USDJPY", "149.2"), prices.last);
    assertEquals(101, prices.heard);
    assertEquals(0, prices.missed);
  }

  @Test
  void aHandlerIsToldWhatNobodyKeepsAnyMore() {
    var prices = new Prices();
    try (var group = SimulatedGroup.of(1).storeBytes(4096)) {
      group.subscriber(0).handler(prices);
      group.publish("EURUSD 1.0000");
      group.runUntilIdle();
      group.cutOff("subscriber-0", true);
      for (int i = 0; i < 2000; i++) {
        group.publish("EURUSD 1.%04d".formatted(i));
      }
      group.runUntilIdle();
      group.cutOff("subscriber-0", false);
      group.runUntilIdle();
    }
    assertEquals(Map.of("EURUSD", "1.1999"), prices.last);
    assertTrue(prices.missed > 0);
    assertEquals(2001, prices.heard + prices.missed);
  }

  @Test
  void whatAHandlerThrowsFailsTheTest() {
    try (var group = SimulatedGroup.of(1)) {
      group
          .subscriber(0)
          .handler((number, message) -> {
            throw new AssertionError("not expected: #" + number);
          });
      group.publish("a");

      var failure = assertThrows(AssertionError.class, group::runUntilIdle);

      assertEquals("not expected: #1", failure.getMessage());
    }
  }

  @Test
  void aStoryIsToldWithWhatHappened() {
    String told =
        Scenario.play(
            """
            recorders 1
            subscribers 1
            publish 1
            idle
            drop subscriber-0 1
            publish 1
            idle
            end
            run 50
            """);

    assertTrue(told.contains("subscriber-0 gets #2 from recorder-0"), told);
    assertTrue(told.contains("subscriber-0 sees the end of SIMULATED, next #3"), told);
  }

  @Test
  void aStoryThatCannotBeReadSaysWhichLine() {
    var failure =
        assertThrows(IllegalArgumentException.class, () -> Scenario.play("publish many\n"));

    assertEquals("not a number in: publish many", failure.getMessage());
  }

  @Test
  void theTestJarHasTheSimulationAndNoTests() throws IOException {
    var source = SimulatedGroup.class.getProtectionDomain().getCodeSource().getLocation();
    try (var jar = new JarFile(Path.of(source.getPath()).toFile())) {
      List<String> others =
          jar.stream()
              .filter(entry -> !entry.isDirectory())
              .map(entry -> entry.getName())
              .filter(name -> !name.startsWith("META-INF/"))
              .filter(name ->
                  !name.startsWith("dev/twincast/feed/simulation/") || name.contains("Test"))
              .toList();

      assertEquals(List.of(), others);
      assertEquals(
          "dev.twincast.feed.simulation",
          jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name"));
    }
  }
}
