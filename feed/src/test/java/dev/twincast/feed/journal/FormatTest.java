package dev.twincast.feed.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FormatTest {
  private static final int SALT = 0x1234_5678;

  private final Records records = new Records();

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.limit()];
    buffer.get(0, bytes);
    return bytes;
  }

  private ByteBuffer record(long number, String message) {
    ByteBuffer out = ByteBuffer.allocate(100);
    records.put(out, SALT, number, text(message));
    return out.flip();
  }

  @Test
  void aRecordIsWhatTheDocumentSays() {
    // CRC-32C of 00000005 0000000000000007 "hello", exclusive-or the salt
    assertEquals(
        "000000050000000000000007" + HexFormat.of().formatHex(bytes(text("hello"))),
        HexFormat.of().formatHex(bytes(record(7, "hello")), 4, 21));
    assertEquals(21, record(7, "hello").remaining());
    assertEquals(0x8251_e492 ^ SALT, record(7, "hello").getInt(0));
  }

  @Test
  void aRecordIsOnlyValidWholeAndAtItsPlace() {
    ByteBuffer record = record(7, "hello");

    assertTrue(records.isValid(record, 0, SALT, 7));
    assertFalse(records.isValid(record, 0, SALT, 8), "of another number");
    assertFalse(records.isValid(record, 0, SALT + 1, 7), "of another segment");
    assertFalse(records.isValid(record.slice(0, 20), 0, SALT, 7), "cut off");
    assertFalse(records.isValid(ByteBuffer.allocate(100), 0, SALT, 0), "zeros");
  }

  @Test
  void anyFlippedBitOfARecordIsFound() {
    ByteBuffer record = record(7, "hello");
    for (int bit = 0; bit < record.remaining() * 8; bit++) {
      byte[] bytes = bytes(record);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      assertFalse(records.isValid(ByteBuffer.wrap(bytes), 0, SALT, 7), "bit " + bit);
    }
  }

  @Test
  void anyBytesAreARecordOrNone() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      ByteBuffer in = ByteBuffer.wrap(bytes);
      if (bytes.length >= Records.HEADER_BYTES) {
        in.putLong(8, 7);
        in.putInt(4, random.nextBoolean() ? random.nextInt(40) : random.nextInt());
      }
      assertFalse(records.isValid(in, 0, SALT, 7));
      assertEquals(bytes.length, in.limit());
    }
  }

  @Test
  void aHeaderIsReadBackAndNoOtherBytesAre() {
    var name = new SegmentName("Photos 1", 42);
    var header = new SegmentHeader(name, 1_700_000_000_123L, SALT, true);
    assertEquals(Optional.of(header), SegmentHeader.decode(name, header.encode()));

    for (int bit = 0; bit < SegmentHeader.BYTES * 8; bit++) {
      byte[] bytes = bytes(header.encode());
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      assertTrue(SegmentHeader.decode(name, ByteBuffer.wrap(bytes)).isEmpty(), "bit " + bit);
    }
    for (int length = 0; length < SegmentHeader.BYTES; length++) {
      assertTrue(SegmentHeader.decode(name, header.encode().limit(length)).isEmpty());
    }
    assertTrue(SegmentHeader.decode(new SegmentName("Photos 1", 43), header.encode()).isEmpty());
    assertTrue(SegmentHeader.decode(new SegmentName("Photos 2", 42), header.encode()).isEmpty());
  }

  @Test
  void aFileIsNamedForItsSessionAndFirstMessage() {
    assertEquals("photos-00000000000000000001.journal", new SegmentName("photos", 1).toString());
    assertEquals(
        "_a_b=20=2e=2e=2f=25-09223372036854775807.journal",
        new SegmentName("AB ../%", Long.MAX_VALUE).toString());
  }

  @Test
  void everySessionHasASafeNameOfItsOwn() {
    Set<String> files = new HashSet<>();
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder session = new StringBuilder();
      for (int length = 1 + random.nextInt(i < 500 ? 1 : 10); length > 0; length--) {
        session.append((char) (' ' + random.nextInt(95)));
      }
      var name = new SegmentName(session.toString(), 1 + random.nextInt(3));
      String file = name.toString();
      assertEquals(Optional.of(name), SegmentName.parse(file));
      assertTrue(file.matches("[a-z0-9_=-]+\\.journal"), file);
      assertEquals(file.toLowerCase(Locale.ROOT), file, "another's where case does not count");
      files.add(file);
    }
    assertTrue(files.size() > 15_000);
  }

  @Test
  void otherNamesAreNotAJournals() {
    for (String file :
        new String[] {
          "lock",
          "photos-1.journal",
          "photos-00000000000000000000.journal",
          "photos-99999999999999999999.journal",
          "=70hotos-00000000000000000001.journal", // p has a shorter spelling
          "=00-00000000000000000001.journal",
          "_-00000000000000000001.journal",
          "abcdefghijk-00000000000000000001.journal",
          "../a-00000000000000000001.journal",
          "-00000000000000000001.journal"
        }) {
      assertTrue(SegmentName.parse(file).isEmpty(), file);
    }
  }

  @Test
  void refusesWhatIsNoSession() {
    for (String session : new String[] {"", "abcdefghijk", "a\n", "ä", "\0"}) {
      assertThrows(IllegalArgumentException.class, () -> new SegmentName(session, 1));
    }
  }

  @Test
  void aSparseIndexFindsTheLastPlaceBefore() {
    var index = new SparseIndex(100, 64);
    for (int i = 1; i < 1_000; i++) {
      index.add(100 + i, 64 + i * 10_000);
    }
    for (long number = 100; number < 1_200; number++) {
      int place = index.floor(number);
      assertTrue(index.number(place) <= number);
      assertEquals(64 + (index.number(place) - 100) * 10_000, index.offset(place));
      assertTrue(number >= 1_100 || number - index.number(place) < 8);
    }
    assertEquals(index.floor(1_200), index.floor(Long.MAX_VALUE));
  }
}
