package dev.twincast.anycast.lookup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.twincast.probe.FileResolver;
import dev.twincast.probe.LookupProbe;
import java.io.File;
import java.io.IOException;
import java.net.spi.InetAddressResolverProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * In a JVM of its own, as the resolver is chosen once in a process. There the application has a
 * resolver too, which reads a file: so it also shows that ours leaves the choice to others.
 */
@Timeout(60)
class UncachedLookupTest {

  private static final String CLASSES = Path.of("target", "classes").toAbsolutePath().toString();
  private static final String TESTS = Path.of("target", "test-classes").toAbsolutePath().toString();

  @TempDir private Path services;

  @BeforeEach
  void provideTheResolverOfTheApplication() throws IOException {
    Path service =
        services.resolve("META-INF/services").resolve(InetAddressResolverProvider.class.getName());
    Files.createDirectories(service.getParent());
    Files.writeString(service, FileResolver.class.getName());
  }

  @Test
  void seesAChangeAtOnceOnTheClassPath() throws Exception {
    assertSeesAChange("-cp", path(CLASSES, TESTS, services.toString()));
  }

  @Test
  void seesAChangeAtOnceOnTheModulePath() throws Exception {
    assertSeesAChange(
        "-p",
        CLASSES,
        "--add-modules",
        "dev.twincast.anycast",
        "--add-exports",
        "dev.twincast.anycast/dev.twincast.anycast.lookup=ALL-UNNAMED",
        "-cp",
        path(TESTS, services.toString()));
  }

  private void assertSeesAChange(String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.add(LookupProbe.class.getName());
    command.add(services.resolve("hosts").toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(
        """
        before: 10.0.0.1 10.0.0.2
        after: 10.0.0.3
        the JDK, which caches: 10.0.0.1 10.0.0.2
        """,
        output);
    assertEquals(0, process.waitFor());
  }

  private static String path(String... entries) {
    return String.join(File.pathSeparator, entries);
  }
}
