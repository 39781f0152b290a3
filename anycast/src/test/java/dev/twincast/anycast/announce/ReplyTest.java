package dev.twincast.anycast.announce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers of routing daemons, real ones and any bytes. */
class ReplyTest {
  private static final int FUZZ_ROUNDS = 50_000;

  private static BirdReply bird(String text) {
    return BirdReply.parse(ByteBuffer.wrap(text.getBytes(UTF_8)));
  }

  private static VtyReply vty(String text) {
    return VtyReply.parse(ByteBuffer.wrap(text.getBytes(UTF_8)));
  }

  @Test
  void readsWhatBirdAnswersToEnableAndDisable() {
    BirdReply.Complete reply =
        assertInstanceOf(BirdReply.Complete.class, bird("0011-vip1: enabled\n0000 \n"));

    assertTrue(reply.has(BirdReply.ENABLED));
    assertFalse(reply.has(BirdReply.ALREADY_ENABLED));
    assertFalse(reply.isError());
  }

  @Test
  void readsAListOfRoutesWhoseCodeIsNotRepeated() {
    BirdReply.Complete reply =
        assertInstanceOf(
            BirdReply.Complete.class,
            bird("1009-10.99.0.1/32\tblackhole\n 10.99.0.2/32\tblackhole\n0000 \n"));

    assertEquals(
        List.of("10.99.0.1/32\tblackhole", "10.99.0.2/32\tblackhole"),
        reply.texts(BirdReply.STATIC_ROUTE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9001 syntax error, unexpected CF_SYM_UNDEFINED, expecting CF_SYM_KNOWN or TEXT or ALL\n",
        "9001 up: Not a Static protocol\n",
        "8003 No protocols match\n",
        "8007 Access denied\n",
        "9002 vip1 is not a protocol\n"
      })
  void anErrorOfBirdIsOne(String text) {
    BirdReply.Complete reply = assertInstanceOf(BirdReply.Complete.class, bird(text));

    assertTrue(reply.isError());
    assertEquals(text.strip(), reply.text());
  }

  @Test
  void skipsWhatBirdLogsInBetween() {
    BirdReply.Complete reply =
        assertInstanceOf(
            BirdReply.Complete.class, bird("+up: Started\n0009-vip1: disabled\n+up: x\n0000 \n"));

    assertEquals(2, reply.lines().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "0011-vip1: enabled\n", "0011-vip1: enabled\n0000 "})
  void waitsForTheLastLineOfBird(String text) {
    assertInstanceOf(BirdReply.Incomplete.class, bird(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"HTTP/1.1 200 OK\r\n\r\n", " 10.0.0.1\n", "001 x\n", "\n", "0000 \n0000 \n"})
  void refusesWhatBirdNeverSays(String text) {
    assertInstanceOf(BirdReply.Malformed.class, bird(text));
  }

  @Test
  void readsTextAndStatusOfVty() {
    assertEquals(new VtyReply.Complete(0, ""), vty("\0\0\0\0"));
    assertEquals(
        new VtyReply.Complete(13, "% Can't find static route specified\n"),
        vty("% Can't find static route specified\n\0\0\0\r"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "% text", "\0", "text\0\0", "text\0\0\0"})
  void waitsForTheStatusOfVty(String text) {
    assertInstanceOf(VtyReply.Incomplete.class, vty(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\0b", "\0\0b\0", "\0\0\0\0more"})
  void refusesWhatVtyNeverSays(String text) {
    assertInstanceOf(VtyReply.Malformed.class, vty(text));
  }

  @Test
  void findsTheRouterInARunningConfiguration() {
    String configuration =
        """
        frr version 8.4.4
        !
        router bgp 65001
         neighbor 10.0.0.1 remote-as 65000
        exit
        router bgp 65002 vrf red
        """;

    assertEquals(List.of(65_001L), BgpConfiguration.asNumbers(configuration));
    assertEquals(List.of(), BgpConfiguration.asNumbers("hostname router bgp 1\n"));
    assertEquals(
        List.of(4_294_967_295L),
        BgpConfiguration.asNumbers("router bgp 4294967295 as-notation plain"));
  }

  /** Never throws, and a cut answer is never taken for a whole one of another meaning. */
  @Test
  void survivesAnyBytes() {
    byte[][] real = {
      "0001 BIRD 2.0.12 ready.\n".getBytes(UTF_8),
      "1009-10.99.0.1/32\tblackhole\n 10.99.0.2/32\n0000 \n".getBytes(UTF_8),
      "% [BGP] Unknown command: blah\n\0\0\0\2".getBytes(UTF_8)
    };
    SplittableRandom random = new SplittableRandom(42);
    for (int i = 0; i < FUZZ_ROUNDS; i++) {
      byte[] bytes = real[random.nextInt(real.length)].clone();
      for (int changes = random.nextInt(6); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      int length = random.nextInt(bytes.length + 1);
      ByteBuffer received = ByteBuffer.wrap(bytes, 0, length);

      BirdReply.parse(received);
      VtyReply vty = VtyReply.parse(received);

      assertEquals(length, received.remaining());
      if (vty instanceof VtyReply.Complete(int status, String text)) {
        assertTrue(status >= 0 && status <= 255);
        assertTrue(text.length() <= length);
      }
    }
  }
}
