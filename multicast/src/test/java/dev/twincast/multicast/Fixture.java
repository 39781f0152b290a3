package dev.twincast.multicast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.function.Executable;

/** What all tests with sockets share. They stay on the loopback: nothing leaves this host. */
final class Fixture {
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private Fixture() {}

  /** A group on the loopback that nobody else uses. */
  static Group freshGroup() throws SocketException {
    return freshGroup(freePort());
  }

  static Group freshGroup(int port) {
    var random = ThreadLocalRandom.current();
    return Group.parse(
        "239.%d.%d.%d:%d%%lo"
            .formatted(random.nextInt(1, 255), random.nextInt(255), random.nextInt(255), port));
  }

  static int freePort() throws SocketException {
    try (var socket = new DatagramSocket()) {
      return socket.getLocalPort();
    }
  }

  static MulticastReceiver receiver(Group... groups) throws IOException {
    return MulticastReceiver.builder(groups).open();
  }

  static MulticastSender sender(Group group) throws IOException {
    return MulticastSender.builder(group).open();
  }

  static void send(MulticastSender sender, String text) throws IOException {
    sender.send(text.getBytes(UTF_8));
  }

  /**
   * The next message is this one. So is tested what is not heard, without waiting: send that, then
   * this; the loopback keeps the order.
   */
  static void assertNext(String text, MulticastReceiver receiver) throws IOException {
    assertEquals(text, new String(receiver.receive(PATIENCE).orElseThrow().bytes(), UTF_8));
  }

  /** The action fails, with a message that has all these words. */
  static void assertRefused(Class<? extends Exception> kind, Executable action, String... words) {
    String message = String.valueOf(assertThrows(kind, action).getMessage());
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (deadline - System.nanoTime() <= 0) {
        throw new AssertionError("not within " + PATIENCE);
      }
      Thread.onSpinWait();
    }
  }
}
