package dev.twincast.anycast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How ways and checks are written. */
class AnnounceSyntaxTest {
  private static final Endpoint REPLICA = new Endpoint("127.0.0.1", 5000);

  @Test
  void waysReadBackAsWritten() {
    assertEquals(
        new Via.Bird(Path.of("/run/bird/bird.ctl"), "vip1"),
        Via.parse("bird:/run/bird/bird.ctl:vip1"));
    assertEquals(
        new Via.Frr(Path.of("/run/frr"), 4_200_000_000L), Via.parse("frr:/run/frr:4200000000"));
    assertEquals(new Via.Address("lo"), Via.parse("address:lo"));
    for (String text : new String[] {"bird:/a:b:c", "frr:/run/frr:65001", "address:eth0.7"}) {
      assertEquals(text, Via.parse(text).toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bird",
        "bird:",
        "bird:vip1",
        "bird::vip1",
        "bird:/a:",
        "bird:/a:b'c",
        "frr:/run/frr",
        "frr:/run/frr:x",
        "frr:/run/frr:0",
        "frr:/run/frr:4294967296",
        "address:",
        "address:a/b",
        "address:-x",
        "address:an-interface-too-long",
        "gobgp:x"
      })
  void aWayThatIsNoneIsRefusedWithAnExample(String text) {
    var e = assertThrows(IllegalArgumentException.class, () -> Via.parse(text));
    assertTrue(("" + e.getMessage()).contains("expected bird:SOCKET:PROTOCOL"), "" + e);
  }

  @Test
  void readsChecks() {
    assertEquals(Check.greeting(REPLICA), Check.parse("tcp://127.0.0.1:5000"));
    assertEquals(Check.ping(REPLICA), Check.parse("tcp://127.0.0.1:5000?ping"));
    assertEquals(
        Check.exchange(REPLICA, "PING\r\n", "+PONG"),
        Check.parse("tcp://127.0.0.1:5000?send=PING%0D%0A&expect=+PONG"));
    assertEquals(
        Check.exchange(REPLICA, "", "SSH-2.0=\u00ff"),
        Check.parse("tcp://127.0.0.1:5000?expect=SSH-2.0=%FF"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:5000",
        "http://127.0.0.1",
        "tcp://127.0.0.1",
        "tcp://127.0.0.1:5000?",
        "tcp://127.0.0.1:5000?pong",
        "tcp://127.0.0.1:5000?send=x",
        "tcp://127.0.0.1:5000?expect=",
        "tcp://127.0.0.1:5000?expect=%",
        "tcp://127.0.0.1:5000?ping&expect=x"
      })
  void aCheckThatIsNoneIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Check.parse(text));
  }
}
