package dev.twincast.cli;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * What a message is, judged by its bytes alone, which are never altered: JSON if it parses as JSON,
 * text if it is printable UTF-8, else binary.
 */
final class Payload {
  enum Kind {
    JSON,
    TEXT,
    BINARY
  }

  private final Kind kind;
  private final byte[] bytes;

  private Payload(Kind kind, byte[] bytes) {
    this.kind = kind;
    this.bytes = bytes;
  }

  static Payload of(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new Payload(
          isJson(text) ? Kind.JSON : isPrintable(text) ? Kind.TEXT : Kind.BINARY, bytes);
    } catch (CharacterCodingException notText) {
      return new Payload(Kind.BINARY, bytes);
    }
  }

  static Payload of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  Kind kind() {
    return kind;
  }

  /** The message itself, not a copy. */
  byte[] bytes() {
    return bytes;
  }

  /** Adds kind, bytes and the content to an event: {@code text}, or {@code base64} for binary. */
  Event describe(Event event) {
    event.with("kind", kind.name().toLowerCase(Locale.ROOT)).with("bytes", bytes.length);
    return kind == Kind.BINARY
        ? event.with("base64", Base64.getEncoder().encodeToString(bytes))
        : event.with("text", new String(bytes, StandardCharsets.UTF_8));
  }

  String fileExtension() {
    return switch (kind) {
      case JSON -> "json";
      case TEXT -> "txt";
      case BINARY -> "bin";
    };
  }

  /** RFC 8259. Reads tokens without building values, so a hostile message costs no memory. */
  private static boolean isJson(String text) {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      reader.skipValue();
      return reader.peek() == JsonToken.END_DOCUMENT;
    } catch (IOException | IllegalStateException notJson) {
      return false;
    }
  }

  /** No control characters but tab and the line's end, and nothing that a font cannot know. */
  private static boolean isPrintable(String text) {
    return text.codePoints().allMatch(c -> c == '\t' || c == '\n' || c == '\r' || isVisible(c));
  }

  private static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL, Character.UNASSIGNED, Character.PRIVATE_USE, Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
