package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code announce --via address:IFACE} on a host without any routing daemon. */
@Needs(Tool.NAMESPACES)
final class AddressTest {
  @AutoClose private final Network network = Network.open();
  private final Host host = network.host("server");

  private Program announce(String arguments) {
    return host.twincast(
        "announce " + arguments + " --check-command true --hold-down 0s --interval 20ms");
  }

  private List<String> addresses(String vip) {
    return host.run("ip -oneline address show dev lo to " + vip);
  }

  private static void assertFailed(int exitCode, String complaint, Program announce) {
    assertEquals(exitCode, announce.exitCode(), announce::toString);
    announce.await(complaint);
    assertEquals(1, announce.err().size(), announce::toString);
  }

  @Test
  void addsAddressesOfBothFamiliesForTheirLeaseAndTakesThemAway() {
    Program announce = announce("10.99.0.1 fd99::1 --via address:lo");
    announce.await("10.99.0.1 announced via address:lo");
    announce.await("fd99:0:0:0:0:0:0:1 announced via address:lo");
    for (String vip : List.of("10.99.0.1", "fd99::1")) {
      List<String> lines = addresses(vip);
      assertEquals(1, lines.size(), lines::toString);
      assertTrue(lines.getFirst().matches(".* valid_lft [123]sec .*"), lines::toString);
    }

    assertEquals(0, announce.signal("TERM").exitCode(), announce::toString);

    assertEquals(List.of(), addresses("10.99.0.1"));
    assertEquals(List.of(), addresses("fd99::1"));
  }

  @Test
  void anAddressThatSomebodyTakesAwayComesBack() {
    Program announce = announce("10.99.0.1 --via address:lo").await("announced via");

    host.run("ip address del 10.99.0.1/32 dev lo");

    Await.until(announce::toString, Await.PATIENCE, () -> addresses("10.99.0.1").size() == 1);
  }

  @Test
  void anAddressThatIsThereForGoodIsLeftAlone() {
    host.run("ip address add 10.99.0.1/32 dev lo");

    assertFailed(1, "10.99.0.1 is on lo for good", announce("10.99.0.1 --via address:lo"));

    assertEquals(1, addresses("10.99.0.1").size());
  }

  @Test
  void anInterfaceThatIsNotThereIsNamed() {
    assertFailed(1, "no interface nix0: ", announce("10.99.0.1 --via address:nix0"));
  }

  @Test
  void endsWhenNobodyReadsItsOutput(@TempDir Path folder) throws IOException {
    Path isWell = Files.createFile(folder.resolve("is-well"));
    Program announce =
        host.start(
            "bash -c",
            "set -o pipefail; ./twincast announce 10.99.0.1 --check-command 'test -e "
                + isWell
                + "' --interval 20ms --via address:lo --hold-down 0s"
                + " | { read -r line; echo \"$line\"; exec <&-; echo gone; }");
    announce.await("gone");

    Files.delete(isWell); // it has something to say

    assertEquals(1, announce.exitCode(), announce::toString);
    assertEquals(List.of("check passes", "gone"), announce.out(), announce::toString);
    assertEquals(List.of(), addresses("10.99.0.1"));
  }
}
