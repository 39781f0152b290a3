package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InputLinesTest {
  private static InputLines lines(byte... input) {
    return new InputLines(new ByteArrayInputStream(input), 3, "make it shorter");
  }

  @Test
  void givesLinesByteForByte() throws Exception {
    InputLines lines = lines((byte) 'a', (byte) 0xff, (byte) '\n', (byte) '\n', (byte) 'b');

    assertArrayEquals(new byte[] {'a', (byte) 0xff}, lines.next().orElseThrow());
    assertArrayEquals(new byte[0], lines.next().orElseThrow());
    assertArrayEquals(new byte[] {'b'}, lines.next().orElseThrow());
    assertEquals(Optional.empty(), lines.next());
  }

  @Test
  void refusesALineThatIsTooLongAfterThoseBefore() throws Exception {
    InputLines lines =
        lines((byte) 'a', (byte) '\n', (byte) 'b', (byte) 'b', (byte) 'b', (byte) 'b');

    assertArrayEquals(new byte[] {'a'}, lines.next().orElseThrow());
    var e = assertThrows(IOException.class, lines::next);
    assertTrue(String.valueOf(e.getMessage()).endsWith("(make it shorter)"), e.getMessage());
  }
}
