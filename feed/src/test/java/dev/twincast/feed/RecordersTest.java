package dev.twincast.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.Endpoint;
import dev.twincast.anycast.Policy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Recorders by their names, which come to mean other addresses. */
class RecordersTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();

  private List<InetAddress> lookUp(String name) throws UnknownHostException {
    List<InetAddress> addresses = names.get(name);
    if (addresses == null) {
      throw new UnknownHostException(name);
    }
    return addresses;
  }

  private Recorders recorders(String... endpoints) throws UnknownHostException {
    return new Recorders(
        List.of(endpoints).stream().map(Endpoint::parse).toList(),
        Policy.random(),
        new SplittableRandom(1),
        address -> address.getPort() == 9,
        this::lookUp);
  }

  private static InetAddress ip(String address) {
    return InetAddress.ofLiteral(address);
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(ip(address), port);
  }

  /** Asks again and again, as one who misses something does. */
  private static void askUntil(Recorders recorders, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      long now = System.nanoTime();
      assertTrue(now - start < PATIENCE_NANOS, () -> "still " + recorders.recorders());
      InetSocketAddress asked = recorders.choose(now, null, recorder -> true);
      if (asked != null) {
        recorders.answered(now, asked, 1000);
      }
      Thread.onSpinWait();
    }
  }

  @Test
  void allAddressesOfAllNamesAreRecordersExceptOurOwn() throws Exception {
    names.put("recorder.test", List.of(ip("10.0.0.1"), ip("10.0.0.2")));

    Recorders recorders = recorders("recorder.test:5008", "10.0.0.3:5008", "10.0.0.4:9");

    assertEquals(
        List.of(at("10.0.0.1", 5008), at("10.0.0.2", 5008), at("10.0.0.3", 5008)),
        recorders.recorders());
  }

  @Test
  void aNameIsLookedUpAgainWhileItIsUsedAndWhatItMeantBeforeIsKept() throws Exception {
    names.put("recorder.test", List.of(ip("10.0.0.1")));
    Recorders recorders = recorders("recorder.test:5008");

    names.put("recorder.test", List.of(ip("10.0.0.2")));
    askUntil(recorders, () -> recorders.recorders().contains(at("10.0.0.2", 5008)));

    assertTrue(recorders.recorders().contains(at("10.0.0.1", 5008)));
    for (int i = 0; i < 100; i++) {
      assertEquals(
          at("10.0.0.2", 5008), recorders.choose(System.nanoTime(), null, recorder -> true));
    }
  }

  @Test
  void aNameThatIsGoneKeepsItsAddresses() throws Exception {
    names.put("one.test", List.of(ip("10.0.0.1")));
    names.put("two.test", List.of(ip("10.0.0.2")));
    Recorders recorders = recorders("one.test:5008", "two.test:5008");

    names.remove("one.test");
    names.put("two.test", List.of(ip("10.0.0.3")));
    askUntil(recorders, () -> recorders.recorders().contains(at("10.0.0.3", 5008)));

    assertTrue(recorders.recorders().contains(at("10.0.0.1", 5008)));
  }

  @Test
  void namesOfWhichNoneHasAnAddressAreRefused() {
    var e = assertThrows(UnknownHostException.class, () -> recorders("no.test:5008"));

    assertTrue(String.valueOf(e.getMessage()).contains("no.test"), e.getMessage());
  }
}
