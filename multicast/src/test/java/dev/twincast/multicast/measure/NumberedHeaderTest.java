package dev.twincast.multicast.measure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NumberedHeaderTest {
  @Test
  void writesNumberSecondsAndMicrosecondsBigEndian() {
    ByteBuffer datagram = ByteBuffer.allocate(12);

    new NumberedHeader(258, 3_000_004, false).writeTo(datagram);

    assertArrayEquals(new byte[] {0, 0, 1, 2, 0, 0, 0, 3, 0, 0, 0, 4}, datagram.array());
  }

  @Test
  void theLastOneIsNegativeOnTheWire() {
    ByteBuffer datagram = ByteBuffer.allocate(12);

    new NumberedHeader(2, 0, true).writeTo(datagram);

    assertEquals(-2, datagram.getInt(0));
    assertEquals(Optional.of(new NumberedHeader(2, 0, true)), NumberedHeader.read(datagram.flip()));
  }

  @Test
  void readsWhatItWroteAndLeavesTheDatagramAsItIs() {
    NumberedHeader header = new NumberedHeader(7, 1_900_000_000_123_456L, false);
    ByteBuffer datagram = ByteBuffer.allocate(64);
    header.writeTo(datagram);
    datagram.clear();

    assertEquals(Optional.of(header), NumberedHeader.read(datagram));
    assertEquals(0, datagram.position());
  }

  @Test
  void takesAnyBytesWithoutThrowing() {
    assertEquals(Optional.empty(), NumberedHeader.read(ByteBuffer.allocate(11)));
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = new byte[random.nextInt(20)];
      random.nextBytes(bytes);
      NumberedHeader.read(ByteBuffer.wrap(bytes));
    }
    ByteBuffer smallest = ByteBuffer.allocate(12).putInt(0, Integer.MIN_VALUE);
    assertEquals(Optional.empty(), NumberedHeader.read(smallest));
  }

  @Test
  void refusesNumbersThatTheWireCannotHold() {
    assertThrows(IllegalArgumentException.class, () -> new NumberedHeader(-1, 0, false));
  }
}
