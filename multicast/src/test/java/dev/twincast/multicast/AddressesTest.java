package dev.twincast.multicast;

import static dev.twincast.multicast.Fixture.assertRefused;
import static dev.twincast.multicast.Fixture.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses names have, by a name service and a clock of the test's. */
class AddressesTest {
  private static final long SECOND = 1_000_000_000;

  private final Map<String, List<InetAddress>> service = new ConcurrentHashMap<>();
  private final AtomicInteger lookUps = new AtomicInteger();

  @Test
  void allAddressesOfAllNamesEachOnce() throws IOException {
    service.put("a", List.of(ip("10.0.0.1"), ip("10.0.0.2")));
    service.put("10.0.0.1", List.of(ip("10.0.0.1")));
    service.put("b", List.of(ip("10.0.0.2"), ip("2001:db8::1")));
    assertEquals(
        List.of(at("10.0.0.1", 1), at("10.0.0.2", 1), at("2001:db8::1", 1), at("10.0.0.1", 2)),
        addresses("a:1", "b:1", "[10.0.0.1]:2").at(0));
  }

  @Test
  void areLookedUpAgainAfterASecondInUse() throws IOException {
    service.put("a", List.of(ip("10.0.0.1")));
    Addresses addresses = addresses("a:1");
    List<InetSocketAddress> before = addresses.at(0);
    service.put("a", List.of(ip("10.0.0.9")));
    assertSame(before, addresses.at(SECOND - 1));
    assertEquals(1, lookUps.get());
    addresses.at(SECOND);
    await(() -> addresses.at(SECOND).equals(List.of(at("10.0.0.9", 1))));
    assertEquals(2, lookUps.get());
  }

  @Test
  void keepTheOldOnesWhileALookUpFails() throws IOException {
    service.put("a", List.of(ip("10.0.0.1")));
    Addresses addresses = addresses("a:1");
    List<InetSocketAddress> before = addresses.at(0);
    service.remove("a");
    addresses.at(SECOND);
    await(() -> lookUps.get() == 2);
    assertSame(before, addresses.at(SECOND));
  }

  @Test
  void aNameUnknownFromTheStartIsSaid() {
    assertRefused(UnknownHostException.class, () -> addresses("nobody:1"), "nobody", "getent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a:", ":1", "a:0", "a:65536", "a:x", "a:-1"})
  void anythingButHostAndPortIsRefused(String text) {
    assertRefused(IllegalArgumentException.class, () -> addresses(text), "HOST:PORT");
  }

  @Test
  void nobodyAtAllIsRefused() {
    assertRefused(IllegalArgumentException.class, this::addresses, "nobody");
  }

  private Addresses addresses(String... hostPorts) throws IOException {
    return new Addresses(List.of(hostPorts), this::resolve, 0);
  }

  private List<InetAddress> resolve(String host) throws UnknownHostException {
    lookUps.incrementAndGet();
    List<InetAddress> known = service.get(host);
    if (known == null) {
      throw new UnknownHostException(host);
    }
    return known;
  }

  private static InetAddress ip(String text) {
    return InetAddress.ofLiteral(text);
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(ip(address), port);
  }
}
