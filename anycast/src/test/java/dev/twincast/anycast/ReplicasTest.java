package dev.twincast.anycast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReplicasTest {

  private static final Endpoint A = new Endpoint("a", 5000);
  private static final Endpoint B = new Endpoint("b", 6000);

  private final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();
  private final AtomicInteger lookups = new AtomicInteger();

  @Test
  void knowsAllAddressesOfAllNamesOnce() throws Exception {
    names.put("a", addresses("10.0.0.1", "10.0.0.2", "10.0.0.1"));
    names.put("b", addresses("10.0.0.1"));
    var replicas = new Replicas(List.of(A, B, A), this::lookUp);
    assertEquals(
        List.of(at("10.0.0.1", 5000), at("10.0.0.2", 5000), at("10.0.0.1", 6000)),
        replicas.known(inSeconds(10)));
    assertEquals(2, lookups.get());
  }

  @Test
  void doesNotLookUpAddresses() throws Exception {
    var replicas =
        new Replicas(List.of(new Endpoint("::1", 1), new Endpoint("10.0.0.1", 2)), this::lookUp);
    assertEquals(List.of(at("::1", 1), at("10.0.0.1", 2)), replicas.known(inSeconds(0)));
    replicas.renew();
    assertEquals(0, lookups.get());
  }

  @Test
  void seesAChangeWithinASecondOrSoWhileInUse() throws Exception {
    names.put("a", addresses("10.0.0.1"));
    var replicas = new Replicas(List.of(A), this::lookUp);
    assertEquals(List.of(at("10.0.0.1", 5000)), replicas.known(inSeconds(10)));
    names.put("a", addresses("10.0.0.2"));
    long start = System.nanoTime();
    Eventually.until("it is seen", () -> known(replicas).equals(List.of(at("10.0.0.2", 5000))));
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(5).toNanos());
    assertTrue(lookups.get() < 20, lookups + " look-ups");
  }

  @Test
  void looksUpAtOnceAfterAFailure() throws Exception {
    names.put("a", addresses("10.0.0.1"));
    var replicas = new Replicas(List.of(A), this::lookUp);
    replicas.known(inSeconds(10));
    names.put("a", addresses("10.0.0.2"));
    Eventually.until(
        "it is seen",
        () -> {
          replicas.renew();
          return known(replicas).equals(List.of(at("10.0.0.2", 5000)));
        });
  }

  @Test
  void keepsWhatIsKnownWhenALookupFails() throws Exception {
    names.put("a", addresses("10.0.0.1"));
    var replicas = new Replicas(List.of(A), this::lookUp);
    replicas.known(inSeconds(10));
    names.remove("a");
    int before = lookups.get();
    Eventually.until(
        "it has failed", () -> !known(replicas).isEmpty() && lookups.get() > before + 1);
    assertEquals(List.of(at("10.0.0.1", 5000)), known(replicas));
    assertEquals(Map.of(), replicas.failures());
  }

  @Test
  void saysWhyANameHasNoAddress() throws Exception {
    names.put("b", List.of());
    var replicas = new Replicas(List.of(A, B), this::lookUp);
    assertEquals(List.of(), replicas.known(inSeconds(10)));
    assertEquals(
        "{a:5000=java.net.UnknownHostException: a is unknown,"
            + " b:6000=java.net.UnknownHostException: no address}",
        replicas.failures().toString());
  }

  @Test
  void aNameWhoseLookupHangsDelaysTheOthersOnlyBriefly() throws Exception {
    names.put("b", addresses("10.0.0.1"));
    var never = new CountDownLatch(1);
    var replicas =
        new Replicas(
            List.of(A, B),
            name -> {
              if (name.equals("a")) {
                await(never);
              }
              return lookUp(name);
            });
    long start = System.nanoTime();
    assertEquals(List.of(at("10.0.0.1", 6000)), replicas.known(inSeconds(20)));
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(5).toNanos());
    assertEquals(
        "{a:5000=java.net.UnknownHostException: no answer to the look-up}",
        replicas.failures().toString());
    never.countDown();
  }

  @Test
  void oneLookupServesAllWhoWait() throws Exception {
    names.put("a", addresses("10.0.0.1"));
    var mayAnswer = new CountDownLatch(1);
    var replicas =
        new Replicas(
            List.of(A),
            name -> {
              List<InetAddress> answer = lookUp(name);
              await(mayAnswer);
              return answer;
            });
    var waiting = new CountDownLatch(8);
    var answers = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      callers.add(
          Thread.startVirtualThread(() -> {
            waiting.countDown();
            answers.addAndGet(known(replicas).size());
          }));
    }
    waiting.await();
    mayAnswer.countDown();
    for (Thread caller : callers) {
      caller.join();
    }
    assertEquals(8, answers.get());
    assertEquals(1, lookups.get());
  }

  private List<InetAddress> lookUp(String name) throws UnknownHostException {
    lookups.incrementAndGet();
    List<InetAddress> addresses = names.get(name);
    if (addresses == null) {
      throw new UnknownHostException(name + " is unknown");
    }
    return addresses;
  }

  private static List<InetSocketAddress> known(Replicas replicas) {
    try {
      return replicas.known(inSeconds(10));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static long inSeconds(int seconds) {
    return System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private static List<InetAddress> addresses(String... literals) {
    return List.of(literals).stream().map(InetAddress::ofLiteral).toList();
  }
}
