package dev.twincast.anycast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.Announcer.Event;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An announcer and a bgpd of our own. */
class FrrAnnouncerTest {
  private static final Set<String> BOTH =
      Set.of("ipv4 10.99.0.1/32", "ipv6 fd99:0:0:0:0:0:0:1/128");

  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final Path folder;
  private final FakeBgpd bgpd;

  FrrAnnouncerTest(@TempDir Path folder) {
    this.folder = folder;
    bgpd = new FakeBgpd(folder);
  }

  @AfterEach
  void stopBgpd() {
    bgpd.close();
  }

  private Announcer.Builder announcer(long asNumber) {
    return Announcer.builder("10.99.0.1", "fd99::1")
        .via(new Via.Frr(folder, asNumber))
        .check(Check.command("true"))
        .interval(Duration.ofMillis(10))
        .lease(Duration.ofSeconds(3))
        .holdDown(Duration.ZERO)
        .observer(events::add);
  }

  private void awaitNetworks(Set<String> networks) {
    Eventually.until(
        networks + ", and not " + bgpd.networks() + ": " + events,
        () -> bgpd.networks().equals(networks));
  }

  @Test
  void announcesAndWithdrawsInBothAddressFamilies() throws IOException {
    try (Announcer announcer = announcer(65_001).open()) {
      awaitNetworks(BOTH);
      Eventually.until("announced", announcer::isAnnounced);

      announcer.withdraw();

      assertTrue(announcer.isWithdrawn());
    }
    assertEquals(Set.of(), bgpd.networks());
  }

  @Test
  void aBgpdThatIsStartedAnewIsToldAgain() throws IOException {
    try (Announcer announcer = announcer(65_001).open()) {
      awaitNetworks(BOTH);

      bgpd.restart();

      awaitNetworks(BOTH);
      assertFalse(announcer.isWithdrawn());
    }
  }

  @Test
  void aRouterThatIsNotThereIsRefusedAndNotMade() {
    var e = assertThrows(IOException.class, () -> announcer(65_002).open());

    assertTrue(("" + e.getMessage()).contains("AS [65001]"), "" + e);
    assertTrue(("" + e.getMessage()).contains("show running-config bgpd"), "" + e);
  }

  @Test
  void aCommandThatBgpdDoesNotAcceptIsToldInItsWords() throws IOException {
    bgpd.refuse("network");
    try (Announcer announcer = announcer(65_001).open()) {
      Eventually.until(
          "told, among " + events,
          () ->
              events.stream()
                  .anyMatch(e ->
                      e instanceof Event.Failed f
                          && f.reason().contains("% Unknown command: network ")));
      assertFalse(announcer.isAnnounced());

      bgpd.refuse("");
      awaitNetworks(BOTH);
    }
  }

  @Test
  void aFolderWithoutBgpdIsRefusedWithAdvice() {
    var builder =
        Announcer.builder("10.99.0.1")
            .via(new Via.Frr(folder.resolve("nowhere"), 65_001))
            .check(Check.command("true"));

    var e = assertThrows(NoSuchFileException.class, builder::open);
    assertTrue(("" + e.getMessage()).contains("is bgpd running?"), "" + e);
  }
}
