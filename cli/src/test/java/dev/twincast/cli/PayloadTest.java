package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"{\"sensor\": \"temp\", \"value\": 23.5}", "[1, 2]", "42", "\"x\"", " {} "})
  void recognisesJson(String text) {
    assertEquals(Payload.Kind.JSON, Payload.of(text).kind());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "{", "{} {}", "{a: 1}", "NaN", "grüße ☃", "two\nlines\t"})
  void takesOtherPrintableTextAsText(String text) {
    assertEquals(Payload.Kind.TEXT, Payload.of(text).kind());
  }

  @Test
  void takesAllElseAsBinary() {
    assertEquals(Payload.Kind.BINARY, Payload.of("\u0000").kind());
    assertEquals(Payload.Kind.BINARY, Payload.of("\u001b[31m").kind());
    assertEquals(Payload.Kind.BINARY, Payload.of(new byte[] {(byte) 0xff}).kind());
  }

  @Test
  void survivesDeeplyNestedJson() {
    assertEquals(Payload.Kind.TEXT, Payload.of("[".repeat(60_000)).kind());
  }

  @Test
  void describesBinaryInBase64AndTextAsItIs() {
    Event text = Payload.of("{\"a\":  1}").describe(Event.of("message"));
    Event binary = Payload.of(new byte[] {(byte) 0xff, 0}).describe(Event.of("message"));

    assertEquals("{\"a\":  1}", text.text("text"));
    assertEquals("/wA=", binary.text("base64"));
    assertEquals(2, binary.number("bytes"));
    assertFalse(binary.has("text"));
  }
}
