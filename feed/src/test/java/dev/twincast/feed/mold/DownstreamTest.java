package dev.twincast.feed.mold;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DownstreamTest {
  private static final Session SESSION = new Session("PRICES");
  private final ByteBuffer buffer = ByteBuffer.allocate(1472);
  private final DownstreamWriter writer = new DownstreamWriter(SESSION);
  private final Downstream reader = new Downstream();

  @Test
  void isToTheByteWhatMoldUdp64Says() {
    writer.begin(buffer, 258);
    writer.add(ascii("ab"));
    writer.add(ascii(""));
    writer.add(ascii("cde"));
    assertEquals(
        "50524943455320202020"
            + "0000000000000102"
            + "0003"
            + "0002"
            + "6162"
            + "0000"
            + "0003"
            + "636465",
        HexFormat.of().formatHex(written()));
  }

  @Test
  void readsWhatWasWritten() {
    writer.begin(buffer, 7);
    writer.add(ascii("one"));
    writer.add(ascii(""));
    writer.add(ascii("three"));
    assertNull(reader.read(buffer.flip()));
    assertTrue(reader.isOf(SESSION));
    assertEquals(Optional.of(SESSION), reader.session());
    assertEquals(7, reader.number());
    assertEquals(10, reader.nextNumber());
    assertEquals(List.of("one", "", "three"), messages());
    reader.rewind();
    assertEquals(List.of("one", "", "three"), messages());
    assertEquals(0, buffer.position());
  }

  @Test
  void readsWithinALargerBufferOfAnyOrder() {
    buffer.position(100);
    writer.begin(buffer, 1L << 40);
    writer.add(ascii("x"));
    ByteBuffer packet =
        buffer.limit(buffer.position()).position(100).order(ByteOrder.LITTLE_ENDIAN);
    assertNull(reader.read(packet));
    assertEquals(1L << 40, reader.number());
    assertEquals(List.of("x"), messages());
  }

  @Test
  void aPacketWithoutMessagesIsAHeartbeat() {
    writer.begin(buffer, 3);
    assertNull(reader.read(buffer.flip()));
    assertTrue(reader.isHeartbeat());
    assertFalse(reader.isEndOfSession());
    assertEquals(3, reader.nextNumber());
    assertFalse(reader.next());
  }

  @Test
  void theEndOfASessionHasNoMessages() {
    writer.begin(buffer, 3);
    writer.endSession();
    assertNull(reader.read(buffer.flip()));
    assertTrue(reader.isEndOfSession());
    assertFalse(reader.isHeartbeat());
    assertEquals(3, reader.nextNumber());
    assertFalse(reader.next());
  }

  @Test
  void aMessageFitsUpToTheLastByte() {
    ByteBuffer small = ByteBuffer.allocate(Downstream.HEADER_BYTES + Downstream.LENGTH_BYTES + 5);
    writer.begin(small, 1);
    assertFalse(writer.fits(6));
    assertTrue(writer.fits(5));
    writer.add(ascii("12345"));
    assertFalse(writer.fits(0));
  }

  @Test
  void saysWhyAPacketIsBroken() {
    writer.begin(buffer, 1);
    writer.add(ascii("hello"));
    byte[] good = written();
    assertEquals(Broken.TOO_SHORT, read(new byte[0]));
    assertEquals(Broken.TOO_SHORT, read(new byte[19]));
    assertEquals(Broken.NO_SESSION, read(changed(good, 0, 0)));
    assertEquals(Broken.NO_SESSION, read(changed(good, 9, 0x80)));
    assertEquals(Broken.NO_NUMBER, read(changed(good, 17, 0)));
    assertEquals(Broken.NO_NUMBER, read(changed(good, 10, 0x80)));
    assertEquals(Broken.NO_NUMBER, read(changed(good, 10, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF)));
    assertEquals(Broken.CUT_OFF, read(changed(good, 19, 2)));
    assertEquals(Broken.CUT_OFF, read(changed(good, 21, 6)));
    assertEquals(Broken.TOO_LONG, read(changed(good, 21, 4)));
    assertEquals(Broken.TOO_LONG, read(changed(good, 18, 0xFF, 0xFF)));
    assertFalse(reader.next());
    assertNull(read(good));
  }

  @Test
  void anyBytesAreReadWithoutAThrowAndWithinTheirLimit() {
    var random = new SplittableRandom(42);
    writer.begin(buffer, 1);
    writer.add(ascii("hello"));
    writer.add(ascii("world"));
    byte[] good = written();
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = random.nextBoolean() ? mutated(good, random) : noise(random);
      if (read(bytes) == null) {
        int end = Downstream.HEADER_BYTES;
        while (reader.next()) {
          end = reader.offset() + reader.length();
        }
        assertEquals(bytes.length, end);
        assertTrue(reader.nextNumber() > 0);
        assertTrue(reader.session().isPresent());
      }
    }
  }

  @Test
  void aRequestIsToTheByteWhatMoldUdp64Says() {
    var request = new Request(SESSION, 258, 772);
    request.writeTo(buffer);
    assertEquals(
        "50524943455320202020" + "0000000000000102" + "0304", HexFormat.of().formatHex(written()));
    assertEquals(Optional.of(request), Request.read(buffer.flip()));
  }

  @Test
  void aReportOfCompletionIsARequestForNothingWithTheNumberOfNoMessage() {
    var report = Request.completion(SESSION);
    report.writeTo(buffer);
    byte[] bytes = written();
    assertEquals(
        "50524943455320202020" + "0000000000000000" + "0000", HexFormat.of().formatHex(bytes));
    assertEquals(Optional.of(report), Request.read(buffer.flip()));
    var reader = new RequestReader();
    assertTrue(reader.read(buffer));
    assertTrue(reader.isCompletion());
    assertThrows(IllegalArgumentException.class, () -> new Request(SESSION, 0, 1));
    assertEquals(
        Optional.empty(), Request.read(ByteBuffer.wrap(changed(bytes, Request.BYTES - 1, 1))));
  }

  @Test
  void anyBytesAreARequestOrNot() {
    var random = new SplittableRandom(42);
    new Request(SESSION, 5, 2).writeTo(buffer);
    byte[] good = written();
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = random.nextBoolean() ? mutated(good, random) : noise(random);
      Request.read(ByteBuffer.wrap(bytes))
          .ifPresent(request -> {
            ByteBuffer again = ByteBuffer.allocate(Request.BYTES);
            request.writeTo(again);
            assertEquals(Optional.of(request), Request.read(again.flip()));
          });
    }
  }

  @Test
  void aRequestIsReadInPlaceWithinALargerBufferOfAnyOrder() {
    var packet = ByteBuffer.allocate(3 + Request.BYTES).position(3);
    new Request(SESSION, 0x0102030405060708L, 0xFFFE).writeTo(packet);
    var reader = new RequestReader();

    assertTrue(reader.read(packet.flip().position(3).order(ByteOrder.LITTLE_ENDIAN)));

    assertTrue(reader.isOf(SESSION));
    assertFalse(reader.isOf(new Session("OTHER")));
    assertEquals(0x0102030405060708L, reader.first());
    assertEquals(0xFFFE, reader.count());
  }

  @Test
  void aSessionHasATidyName() {
    for (String bad : List.of("", " A", "A ", "ELEVENCHARS", "tab\t", "Größe")) {
      assertThrows(IllegalArgumentException.class, () -> new Session(bad), bad);
    }
    assertEquals("two words", new Session("two words").name());
  }

  @Test
  void aSessionIsPaddedOnEitherSide() {
    SESSION.putPaddedLeft(buffer);
    assertArrayEquals("    PRICES".getBytes(US_ASCII), written());
    assertEquals(Optional.of(SESSION), Session.read(buffer, 0));
    assertFalse(SESSION.isAt(buffer, 0));
  }

  private byte[] written() {
    byte[] bytes = new byte[buffer.position()];
    buffer.get(0, bytes);
    return bytes;
  }

  private @Nullable Broken read(byte[] bytes) {
    return reader.read(ByteBuffer.wrap(bytes));
  }

  private List<String> messages() {
    var list = new ArrayList<String>();
    while (reader.next()) {
      byte[] bytes = new byte[reader.length()];
      buffer.get(reader.offset(), bytes);
      list.add(new String(bytes, US_ASCII));
    }
    return list;
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(US_ASCII));
  }

  private static byte[] changed(byte[] bytes, int index, int... values) {
    byte[] copy = bytes.clone();
    for (int i = 0; i < values.length; i++) {
      copy[index + i] = (byte) values[i];
    }
    return copy;
  }

  private static byte[] mutated(byte[] bytes, SplittableRandom random) {
    byte[] copy = Arrays.copyOf(bytes, random.nextInt(bytes.length + 3));
    for (int i = random.nextInt(3); i > 0 && copy.length > 0; i--) {
      copy[random.nextInt(copy.length)] = (byte) random.nextInt();
    }
    return copy;
  }

  private static byte[] noise(SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(60)];
    random.nextBytes(bytes);
    return bytes;
  }
}
