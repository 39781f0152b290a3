package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Main main =
      new Main(
          new PrintStream(out, true, StandardCharsets.UTF_8),
          new PrintStream(err, true, StandardCharsets.UTF_8),
          Map.of("TWINCAST_PROGRAM", "./twincast"));

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sevre",
        "serve --port 70000",
        "serve --port x",
        "serve extra",
        "serve --idle never",
        "serve --bind not.an.address.invalid",
        "call",
        "call localhost:0",
        "call localhost:99999",
        "call --connections 0 localhost",
        "send 192.168.1.1:5000 hello",
        "send 224.1.1.1:99999 hello",
        "send --ttl 256 hello",
        "send --interface no-such-if hello",
        "send --file /no/such/file",
        "receive 10.0.0.1:5000",
        "receive hello",
        "receive --max-loss 101",
        "publish --session elevenchars",
        "publish --rate 100/s",
        "publish --mtu 100",
        "publish --fsync never",
        "publish --journal j --fsync sometimes",
        "publish /no/such/file",
        "publish 10.0.0.1:5000",
        "subscribe --from 0",
        "subscribe --from yesterday",
        "subscribe --drop 101%",
        "subscribe --policy best",
        "subscribe --position /",
        "subscribe --position /no/such/folder/position",
        "subscribe --recorder localhost:99999",
        "subscribe 239.1.1.1:5000 239.1.1.2:5000",
        "record --keep-bytes 1M",
        "record --keep-age 1h",
        "record --peer :",
        "record --port 70000",
        "demo extra",
      })
  void refusesAWrongCommandLineWithTwoAndSaysWhatToTry(String line) {
    assertEquals(2, main.run(line.split(" ")));

    assertEquals("", out.toString(StandardCharsets.UTF_8));
    assertTrue(errors().startsWith("./twincast"), errors());
    assertTrue(errors().contains("(try: ./twincast"), errors());
    assertEquals(1, errors().lines().count(), errors());
  }

  /** The JDK tells only the file. */
  @Test
  void saysWhatIsWrongWithAFile(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertEquals(1, main.run("record", "--port", "0", "--journal", file.toString()));

    assertTrue(errors().contains("is a file, and a folder is needed"), errors());
  }

  @Test
  void namesTheNearestCommand() {
    main.run("sevre");

    assertTrue(errors().contains("unknown command 'sevre', did you mean serve?"), errors());
  }

  @Test
  void everyHelpOpensWithExamplesThatNameTheProgramAsCalled() {
    for (String command :
        new String[] {
          "",
          "demo ",
          "serve ",
          "call ",
          "announce ",
          "send ",
          "receive ",
          "publish ",
          "subscribe ",
          "record "
        }) {
      out.reset();

      assertEquals(0, main.run((command + "--help").split(" ")));

      String help = out.toString(StandardCharsets.UTF_8);
      assertTrue(help.startsWith("Examples:\n  ./twincast "), help);
    }
  }
}
