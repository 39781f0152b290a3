package dev.twincast.feed.soup;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.feed.mold.Session;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SoupTest {
  private static final Session SESSION = new Session("PRICES");
  private static final List<SoupType> TYPES =
      Arrays.stream(SoupType.values()).filter(it -> it != SoupType.UNKNOWN).toList();
  private final ByteBuffer stream = ByteBuffer.allocate(1 << 18);

  @Test
  void packetsAreToTheByteWhatSoupBinTcpSays() {
    SoupWriter.write(stream, SoupType.SEQUENCED, ascii("hi"));
    assertEquals("\0\3Shi", written());
    SoupWriter.write(stream.clear(), SoupType.SERVER_HEARTBEAT);
    assertEquals("\0\1H", written());
    SoupWriter.write(stream.clear(), new LoginAccepted(SESSION, 17));
    assertEquals("\0\37A    PRICES                  17", written());
    SoupWriter.write(stream.clear(), RejectReason.NO_SESSION);
    assertEquals("\0\2JS", written());
    SoupWriter.write(stream.clear(), new LoginRequest("joe", "secret", Optional.of(SESSION), 1));
    assertEquals("\0\57Ljoe   secret        PRICES                   1", written());
    SoupWriter.write(stream.clear(), new LoginRequest("", "", Optional.empty(), 0));
    assertEquals("\0\57L                                             0", written());
  }

  @Test
  void readsBackALogin() {
    var named = new LoginRequest("joe", "secret", Optional.of(SESSION), 1L << 60);
    var current = new LoginRequest("", "", Optional.empty(), 0);
    SoupWriter.write(stream, named);
    SoupWriter.write(stream, current);
    SoupWriter.write(stream, new LoginAccepted(SESSION, 5));
    SoupWriter.write(stream, RejectReason.NOT_AUTHORISED);
    SoupReader reader = readerOf(stream.flip());
    assertTrue(reader.next());
    assertEquals(Optional.of(named), reader.loginRequest());
    assertTrue(reader.next());
    assertEquals(Optional.of(current), reader.loginRequest());
    assertEquals(Optional.empty(), reader.loginAccepted());
    assertTrue(reader.next());
    assertEquals(Optional.of(new LoginAccepted(SESSION, 5)), reader.loginAccepted());
    assertTrue(reader.next());
    assertEquals(Optional.of(RejectReason.NOT_AUTHORISED), reader.rejectReason());
    assertFalse(reader.next());
  }

  @Test
  void aLoginThatIsNoneIsEmpty() {
    for (String payload :
        List.of(
            "",
            "joe   secret    PRICES                  one",
            "joe   secret        PRICES                   ",
            "joe   secret        PRICES99999999999999999999",
            "joe   secret        PRI\tES                   1")) {
      SoupWriter.write(stream.clear(), SoupType.LOGIN_REQUEST, ascii(payload));
      SoupReader reader = readerOf(stream.flip());
      assertTrue(reader.next());
      assertEquals(Optional.empty(), reader.loginRequest(), payload);
    }
  }

  @Test
  void aStreamMayBeCutAnywhere() {
    var random = new SplittableRandom(42);
    for (int round = 0; round < 200; round++) {
      List<String> packets = writePackets(random);
      stream.flip();
      SoupReader reader = reader(2 * SoupReader.MAX_PACKET_BYTES);
      var read = new ArrayList<String>();
      while (stream.hasRemaining()) {
        ByteBuffer space = reader.space();
        int length = 1 + random.nextInt(Math.min(stream.remaining(), space.remaining()));
        space.put(stream.slice(stream.position(), length));
        stream.position(stream.position() + length);
        reader.arrived();
        while (reader.next()) {
          read.add(reader.type() + " " + US_ASCII.decode(reader.payload()));
        }
      }
      assertEquals(packets, read);
      stream.clear();
    }
  }

  private List<String> writePackets(SplittableRandom random) {
    var packets = new ArrayList<String>();
    for (int i = random.nextInt(1, 8); i > 0; i--) {
      SoupType type = TYPES.get(random.nextInt(TYPES.size()));
      String text =
          "x".repeat(random.nextInt(10) == 0 ? random.nextInt(30_000) : random.nextInt(9));
      SoupWriter.write(stream, type, ascii(text));
      packets.add(type + " " + text);
    }
    return packets;
  }

  @Test
  void theLongestPacketIsRead() {
    SoupWriter.write(stream, SoupType.DEBUG);
    SoupWriter.write(stream, SoupType.SEQUENCED, ByteBuffer.allocate(SoupWriter.MAX_PAYLOAD_BYTES));
    SoupReader reader = readerOf(stream.flip());
    assertTrue(reader.next());
    assertTrue(reader.next());
    assertEquals(SoupWriter.MAX_PAYLOAD_BYTES, reader.payload().remaining());
  }

  @Test
  void aPacketWithoutATypeBreaksTheStream() {
    SoupReader reader = readerOf(ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 'H'}));
    assertFalse(reader.next());
    assertTrue(reader.isBroken());
  }

  @Test
  void aPacketLongerThanTheReaderHoldsBreaksTheStream() {
    SoupReader reader = reader(100);
    reader.space().put(new byte[] {0, 99, 'S'});
    reader.arrived();
    assertFalse(reader.next());
    assertTrue(reader.isBroken());
  }

  @Test
  void anyBytesAreReadWithoutAThrow() {
    var random = new SplittableRandom(42);
    for (int round = 0; round < 20_000; round++) {
      SoupReader reader = reader(300);
      for (int i = 0; i < 5; i++) {
        byte[] bytes = new byte[random.nextInt(50)];
        random.nextBytes(bytes);
        for (int j = 0; j < bytes.length; j += random.nextInt(1, 60)) {
          bytes[j] = 0;
        }
        ByteBuffer space = reader.space();
        space.put(bytes, 0, Math.min(bytes.length, space.remaining()));
        reader.arrived();
        while (reader.next()) {
          reader.loginRequest();
          reader.loginAccepted();
          reader.rejectReason();
        }
      }
    }
  }

  @Test
  void messagesAreCountedUpToTheFirstThatIsNotWhole() {
    SoupWriter.write(stream, SoupType.SEQUENCED, ascii("one"));
    SoupWriter.write(stream, SoupType.SEQUENCED, ascii(""));
    SoupWriter.write(stream, SoupType.SERVER_HEARTBEAT);
    SoupWriter.write(stream, SoupType.SEQUENCED, ascii("three"));
    SoupReader reader = reader(100);
    int[] counts = new int[stream.flip().remaining()];
    for (int i = 0; i < counts.length; i++) {
      reader.space().put(stream.get());
      reader.arrived();
      counts[i] = reader.sequenced();
    }
    int[] expected = new int[counts.length];
    Arrays.fill(expected, 5, 8, 1);
    Arrays.fill(expected, 8, counts.length, 2);
    assertArrayEquals(expected, counts);

    while (reader.next() && reader.type() == SoupType.SEQUENCED) {}
    assertEquals(1, reader.sequenced());
  }

  @Test
  void nothingIsCountedWhereTheStreamIsBroken() {
    assertEquals(0, readerOf(ByteBuffer.wrap(new byte[] {0, 0, 'S', 0, 1, 'S'})).sequenced());
  }

  private static SoupReader readerOf(ByteBuffer bytes) {
    SoupReader reader = reader(2 * SoupReader.MAX_PACKET_BYTES);
    reader.space().put(bytes);
    reader.arrived();
    return reader;
  }

  private static SoupReader reader(int capacityBytes) {
    return new SoupReader(ByteBuffer.allocate(capacityBytes));
  }

  private String written() {
    return US_ASCII.decode(stream.duplicate().flip()).toString();
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(US_ASCII));
  }
}
