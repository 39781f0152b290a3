package dev.twincast.anycast;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GreetingServiceTest {

  private final GreetingService service = GreetingService.named("a");
  private AnycastServer server;

  @BeforeEach
  void open() throws IOException {
    server = AnycastServer.builder(service).bind(TestClient.LOOPBACK).port(0).open();
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void greetsAClientThatSaysNothing() throws IOException {
    try (var client = TestClient.of(server)) {
      assertEquals("Hello from server a\n", client.line());
      assertEquals("", client.endOfInput().rest());
    }
    assertEquals(1, service.answers());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "one\\n, a: one\\n",
        "one\\r\\n, a: one\\n",
        "one\\r\\r\\n, a: one\\r\\n",
        "\\n, a: \\n",
        "\\r\\n, a: \\n",
        "one\\ntwo\\r\\n\\nfour\\n, a: one\\na: two\\na: \\na: four\\n",
        "last line, a: last line\\n",
        "one\\nlast line, a: one\\na: last line\\n",
        "grüße\\n, a: grüße\\n",
      })
  void answersToTheByte(String sent, String answer) throws IOException {
    try (var client = TestClient.of(server)) {
      client.send(sent.translateEscapes()).endOfInput();
      assertEquals("Hello from server a\n" + answer.translateEscapes(), client.rest());
    }
  }

  @Test
  void answersBytesThatAreNotUtf8AsTheyAre() throws IOException {
    byte[] line = new byte[256];
    for (int i = 0; i < 256; i++) {
      line[i] = (byte) (i == '\n' ? 0 : i);
    }
    line[255] = '\n';
    try (var client = TestClient.of(server)) {
      client.line();
      client.socket.getOutputStream().write(line);
      byte[] answer = client.endOfInput().socket.getInputStream().readAllBytes();
      assertArrayEquals(("a: " + new String(line, ISO_8859_1)).getBytes(ISO_8859_1), answer);
    }
  }

  @Test
  void answersEachLineWhileTheClientWaitsForIt() throws IOException {
    try (var client = TestClient.of(server)) {
      client.line();
      for (int i = 0; i < 100; i++) {
        assertEquals("a: " + i + "\n", client.send(i + "\n").line());
      }
    }
    Eventually.until("all are counted", () -> service.answers() == 101);
  }

  @Test
  void answersManyLinesSentAtOnceInOrder() throws Exception {
    var lines = new StringBuilder();
    var answers = new StringBuilder("Hello from server a\n");
    for (int i = 0; i < 20_000; i++) {
      lines.append(i).append('\n');
      answers.append("a: ").append(i).append('\n');
    }
    try (var client = TestClient.of(server)) {
      Thread writer =
          Thread.startVirtualThread(
              () -> assertDoesNotFail(() -> client.send(lines.toString()).endOfInput()));
      assertEquals(answers.toString(), client.rest());
      writer.join();
    }
    assertEquals(20_001, service.answers());
  }

  @ParameterizedTest
  @ValueSource(ints = {255, 256, 257, 8_191, 8_192, 8_193, 65_535, GreetingService.MAX_LINE_BYTES})
  void answersLinesOfAnyAllowedLength(int length) throws IOException {
    String line = "x".repeat(length);
    try (var client = TestClient.of(server)) {
      client.line();
      assertEquals("a: " + line + "\n", client.send(line + "\n").line());
      assertEquals("a: short\n", client.send("short\n").line());
      client.send(line).endOfInput();
      assertEquals("a: " + line + "\n", client.rest());
    }
    assertEquals(0, service.overlongLines());
  }

  @Test
  void closesAConnectionWithALineOneByteTooLongButAnswersThoseBefore() throws IOException {
    try (var client = TestClient.of(server)) {
      client.send("one\n" + "x".repeat(GreetingService.MAX_LINE_BYTES + 1)).endOfInput();
      assertEquals("Hello from server a\na: one\n", client.rest());
    }
    assertEquals(1, service.overlongLines());
  }

  @Test
  void survivesALineOfTenMegabytes() throws IOException {
    try (var client = TestClient.of(server)) {
      byte[] tenMegabytes = "x".repeat(10_000_000).getBytes(UTF_8);
      assertThrows(
          SocketException.class, () -> client.socket.getOutputStream().write(tenMegabytes));
    }
    assertEquals(1, service.overlongLines());
    try (var client = TestClient.of(server)) {
      assertEquals("Hello from server a\n", client.line());
    }
  }

  @Test
  void saysAnotherGreetingUnderTheSameName() throws IOException {
    GreetingService other = service.greeting("Bonjour");
    try (var french = AnycastServer.builder(other).bind(TestClient.LOOPBACK).port(0).open();
        var client = TestClient.of(french)) {
      assertEquals("Bonjour\n", client.line());
      assertEquals("a: oui\n", client.send("oui\n").line());
    }
    assertEquals("a", other.name());
    assertEquals(0, service.answers());
  }

  @Test
  void refusesNamesAndGreetingsThatAreNotOneLine() {
    assertThrows(IllegalArgumentException.class, () -> GreetingService.named(" "));
    assertThrows(IllegalArgumentException.class, () -> GreetingService.named("a\nb"));
    assertThrows(IllegalArgumentException.class, () -> service.greeting("a\r"));
  }

  private interface Action {
    void run() throws IOException;
  }

  private static void assertDoesNotFail(Action action) {
    try {
      action.run();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
