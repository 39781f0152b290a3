package dev.twincast.feed.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that is killed for real, under load, again and again on one directory. */
class JournalKillTest {
  private static final int KILLS = 8;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"always", "interval", "never"})
  void whatWasDurableIsThereAfterSigkill(String fsync) throws Exception {
    Random random = new Random();
    for (int kill = 0; kill < KILLS; kill++) {
      long[] durable = appendAndKill(fsync, 1 + random.nextInt(200));
      try (Journal journal = Journal.open(directory, AppendUnderLoad.SETTINGS)) {
        for (int i = 0; i < durable.length; i++) {
          check(journal, AppendUnderLoad.SESSIONS[i], durable[i]);
        }
      }
    }
  }

  /** Kills it after it has said this many times what is durable; what it said last. */
  private long[] appendAndKill(String fsync, int lines) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                "target/classes" + File.pathSeparator + "target/test-classes",
                AppendUnderLoad.class.getName(),
                directory.toString(),
                fsync)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String last = "";
    try (BufferedReader out = process.inputReader()) {
      for (int i = 0; i < lines; i++) {
        last = readLine(out);
      }
      process.toHandle().destroyForcibly(); // Process would close the streams as well
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        // The kill may have cut off the last line; the beginning of a number is a smaller one.
        last = line.matches("[0-9]+ [0-9]+") ? line : last;
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    return Stream.of(last.split(" ", -1)).mapToLong(Long::parseLong).toArray();
  }

  private static String readLine(BufferedReader out) throws IOException {
    String line = out.readLine();
    assertTrue(line != null, "it ended by itself");
    return line;
  }

  private static void check(Journal journal, String session, long durable) throws IOException {
    assertEquals(1, journal.first(session));
    assertTrue(
        journal.next(session) >= durable,
        () -> "next is " + journal.next(session) + ", durable was " + durable);
    ByteBuffer out = ByteBuffer.allocate(300);
    for (long number = 1; number < journal.next(session); number++) {
      assertTrue(journal.read(session, number, out.clear()), "message " + number);
      assertEquals(AppendUnderLoad.message(session, number), out.flip(), "message " + number);
    }
    assertEquals(journal.next(session), journal.missing(session, 1));
  }
}
