package dev.twincast.feed.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ten stories, as text. {@code -Dtwincast.golden=write}, from the folder {@code feed}, writes down
 * what is told now as what is expected; the diff shows what changed.
 */
class ScenarioTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a-gap",
        "a-lost-tail",
        "a-late-joiner",
        "a-slow-subscriber",
        "a-recorder-dies-mid-repair",
        "the-publisher-dies-and-returns",
        "all-recorders-lack-a-range",
        "two-publishers-on-one-session",
        "the-session-ends",
        "hostile-datagrams"
      })
  void tellsWhatItAlwaysTold(String name) throws IOException {
    String told = Scenario.play(read(name + ".story"));
    if ("write".equals(System.getProperty("twincast.golden"))) {
      Path folder = Path.of("src/test/resources/dev/twincast/feed/simulation");
      Files.writeString(folder.resolve(name + ".told"), told);
      return;
    }
    assertEquals(read(name + ".told"), told);
  }

  private static String read(String file) throws IOException {
    try (InputStream in = ScenarioTest.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException("no file " + file);
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
