package dev.twincast.anycast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.probe.ServerProbe;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In a JVM of its own, as it is decided once in a process what sockets are watched with. */
@Timeout(60)
class FallbackTest {

  @Test
  void servesWithoutNativeAccessAndSaysSo() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = path("classes") + File.pathSeparator + path("test-classes");
    Process process =
        new ProcessBuilder(java, "-cp", classes, ServerProbe.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(output.contains("messages by java.nio: native access is not permitted"), output);
    assertEquals(
        List.of("answered: 40", "open: 0", "answered: 40", "open: 0"),
        output.lines().filter(line -> line.matches("[a-z].*: .*")).toList(),
        output);
    assertEquals(0, process.waitFor());
  }

  private static String path(String directory) {
    return Path.of("target", directory).toAbsolutePath().toString();
  }
}
