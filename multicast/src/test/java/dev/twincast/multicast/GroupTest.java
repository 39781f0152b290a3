package dev.twincast.multicast;

import static dev.twincast.multicast.Fixture.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupTest {
  private static final Group DEFAULTS = Group.parse("224.1.1.1:5007");

  @ParameterizedTest
  @CsvSource({
    "239.1.2.3:5000,           239.1.2.3:5000, -",
    "224.0.0.0:1,              224.0.0.0:1, -",
    "239.255.255.255:65535,    239.255.255.255:65535, -",
    "239.1.2.3:5000%eth0,      239.1.2.3:5000, eth0",
    "239.1.2.3:5000%eth0.100,  239.1.2.3:5000, eth0.100",
    "[ff15::1]:5000,           [ff15::1]:5000, -",
    "[FF15:0:0:0:0:0:0:1]:05000, [ff15::1]:5000, -",
    "[ff15::1]:5000%eth0,      [ff15::1]:5000, eth0",
    "[ff02::1%eth0]:5000,      [ff02::1]:5000, eth0",
    "[ff02::]:5000,            [ff02::]:5000, -",
    "[ff3e:0:1:0:0:0:0:9]:5000, [ff3e:0:1::9]:5000, -",
    "[ff15:1:2:3:4:5:0:7]:5000, [ff15:1:2:3:4:5:0:7]:5000, -",
    "[::ffff:239.1.2.3]:5000,  239.1.2.3:5000, -",
  })
  void readsAnAddressWithItsPort(String text, String shown, String interfaceName) {
    Group group = Group.parse(text);
    assertEquals(shown, group.toString());
    assertEquals(interfaceName, group.interfaceName().orElse("-"));
    assertEquals(shown.startsWith("["), group.isIpv6());
  }

  @ParameterizedTest
  @CsvSource({
    "239.1.2.3,             239.1.2.3:5007, -",
    "239.1.2.3:6000,        239.1.2.3:6000, -",
    ":6000,                 224.1.1.1:6000, -",
    ":6000%eth0,            224.1.1.1:6000, eth0",
    "239.1.2.3%eth0,        239.1.2.3:5007, eth0",
    "%eth0,                 224.1.1.1:5007, eth0",
    "ff15::1,               [ff15::1]:5007, -",
    "ff15::1%eth0,          [ff15::1]:5007, eth0",
    "ff15::1:6000,          [ff15::1:6000]:5007, -",
    "[ff15::1],             [ff15::1]:5007, -",
    "[ff15::1]%eth0,        [ff15::1]:5007, eth0",
    "[ff15::1%eth0],        [ff15::1]:5007, eth0",
    "[ff15::1]:6000,        [ff15::1]:6000, -",
  })
  void takesWhatIsMissingFromTheDefaults(String text, String shown, String interfaceName) {
    Group group = Group.parse(text, DEFAULTS);
    assertEquals(shown, group.toString());
    assertEquals(interfaceName, group.interfaceName().orElse("-"));
  }

  @Test
  void keepsTheInterfaceOfTheDefaults() {
    assertEquals(
        Optional.of("eth1"), Group.parse("239.1.2.3", DEFAULTS.on("eth1")).interfaceName());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "'',                     no group address",
        "' ',                    not an IP address",
        "hello,                  not an IP address",
        "localhost:5000,         names are not looked up",
        "239.1.2:5000,           not an IP address",
        "239.1.2.3.4:5000,       not an IP address",
        "239.1.2.300:5000,       not an IP address",
        "192.168.1.1:5000,       '192.168.1.1 is not a multicast address (IPv4: 224.0.0.0 to"
            + " 239.255.255.255, IPv6: ff00::/8; try 239.1.2.3:5000)'",
        "[fe80::1]:5000,         is not a multicast address",
        "[192.168.1.1]:5000,     is not a multicast address",
        "239.1.2.3:0,            port 0 is out of range (1 to 65535)",
        "239.1.2.3:65536,        port 65536 is out of range (1 to 65535)",
        "239.1.2.3:99999999999,  is not a number from 1 to 65535",
        "239.1.2.3:-1,           is not a number from 1 to 65535",
        "239.1.2.3:+1,           is not a number from 1 to 65535",
        "239.1.2.3:http,         is not a number from 1 to 65535",
        "239.1.2.3:,             is not a number from 1 to 65535",
        "239.1.2.3,              no port in `239.1.2.3` (try 239.1.2.3:5000)",
        "ff15::1,                try [ff15::1]:5000",
        ":5000,                  no group address",
        "%eth0,                  no group address",
        "239.1.2.3:5000%,        no interface name after %",
        "[ff15::1:5000,          is not GROUP:PORT",
        "[ff15::1]5000,          is not GROUP:PORT",
        "[ff15::1%]:5000,        no interface name after %",
        "[hello]:5000,           not an IP address",
      })
  void saysWhatIsWrongWithAText(String text, String message) {
    assertRefused(
        IllegalArgumentException.class, () -> Group.parse(text), message.replace('`', '"'));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "hello", "192.168.1.1", ":0", ":65536", "%", "239.1.2.3:x"})
  void refusesBadTextAlsoWithDefaults(String text) {
    assertThrows(IllegalArgumentException.class, () -> Group.parse(text, DEFAULTS));
  }

  @Test
  void isAlwaysRight() {
    var unicast = InetAddress.ofLiteral("10.0.0.1");
    assertThrows(IllegalArgumentException.class, () -> new Group(unicast, 5000, Optional.empty()));
    assertThrows(IllegalArgumentException.class, () -> DEFAULTS.on(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "224.1.1.1:5007",
        "224.1.1.1",
        "192.168.1.1:5000",
        "224.1.1.1:99999",
        "224.1.1.1:-1",
        "224.1.1.1:http",
        "224.1.1.300",
        "224.1.1.1%eth0",
        "224.1.1.1:5000%eth0",
        ":5000",
        ":0",
        ":-1",
        ":99999",
        ":5000%eth0",
        "%eth0",
        "[ff15::1]",
        "[ff15::1]:5000",
        "[fe80::1]:70000",
        "[ff02::1%eth0]:5000",
        "ff15::1",
        "ff15::1%eth0",
        "fe80::1"
      })
  void knowsTheFormOfAnAddress(String text) {
    assertTrue(Group.looksLikeAddress(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "{\"sensor\": \"temp\", \"value\": 23.5}",
        "{}",
        "[]",
        "[1,2]",
        "[\"a:b\"]",
        "12:30",
        "12:30:45",
        "3.14",
        "1.2.3",
        "1.2.3.4.5",
        "100%",
        "%",
        "% done",
        ":-)",
        ":",
        "::x",
        "note: 224.1.1.1",
        "224.1.1.1 is a group",
        "localhost:5000",
        "a:b:c",
        "-"
      })
  void knowsAMessage(String text) {
    assertEquals(false, Group.looksLikeAddress(text));
  }
}
