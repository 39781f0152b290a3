package dev.twincast.multicast;

import static dev.twincast.multicast.Fixture.PATIENCE;
import static dev.twincast.multicast.Fixture.assertNext;
import static dev.twincast.multicast.Fixture.await;
import static dev.twincast.multicast.Fixture.freshGroup;
import static dev.twincast.multicast.Fixture.receiver;
import static dev.twincast.multicast.Fixture.send;
import static dev.twincast.multicast.Fixture.sender;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Membership, closing, threads. */
class LifecycleTest {
  private static final Path MEMBERSHIPS = Path.of("/proc/net/igmp");

  @Test
  void theKernelIsAMemberFromJoinToLeaveAndToClose() throws IOException {
    assumeTrue(Files.exists(MEMBERSHIPS), "Linux only");
    Group group = freshGroup();
    assertFalse(isMember(group));
    var receiver = receiver(group);
    assertTrue(isMember(group));
    receiver.leave(group);
    assertFalse(isMember(group));
    receiver.join(group);
    assertTrue(isMember(group));
    receiver.close();
    assertFalse(isMember(group));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closingWakesABlockedReceive(boolean virtual) throws Exception {
    var receiver = receiver(freshGroup());
    var waiting = new Waiting(receiver, virtual);
    receiver.close();
    waiting.assertEndedBy(AsynchronousCloseException.class);
    assertThrows(ClosedChannelException.class, receiver::receive);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInterruptClosesTheReceiver(boolean virtual) throws Exception {
    try (var receiver = receiver(freshGroup())) {
      var waiting = new Waiting(receiver, virtual);
      waiting.thread.interrupt();
      waiting.assertEndedBy(ClosedByInterruptException.class);
      assertThrows(ClosedChannelException.class, receiver::receive);
    }
  }

  @Test
  void aSecondThreadIsToldThatOneReceivesAlready() throws Exception {
    Group group = freshGroup();
    try (var receiver = receiver(group);
        var sender = sender(group)) {
      var waiting = new Waiting(receiver, false);
      assertThrows(IllegalStateException.class, receiver::receive);
      send(sender, "for the first");
      assertEquals(13, waiting.datagram.get(10, TimeUnit.SECONDS).bytes().length);
      send(sender, "for the next");
      assertNext("for the next", receiver);
    }
  }

  @Test
  void membershipChangesWhileAThreadReceives() throws Exception {
    Group group = freshGroup();
    try (var receiver = receiver(group);
        var sender = sender(group)) {
      var waiting = new Waiting(receiver, false);
      receiver.leave(group);
      send(sender, "unheard");
      receiver.join(group);
      send(sender, "heard");
      assertEquals("heard", new String(waiting.datagram.get(10, TimeUnit.SECONDS).bytes(), UTF_8));
    }
  }

  @Test
  void closingAgainDoesNothingAndUseAfterwardsSaysClosed() throws IOException {
    Group group = freshGroup();
    var receiver = receiver(group);
    receiver.close();
    receiver.close();
    assertTrue(receiver.groups().isEmpty());
    assertThrows(ClosedChannelException.class, () -> receiver.receive(PATIENCE));
    assertThrows(ClosedChannelException.class, () -> receiver.join(group));
    receiver.leave(group);

    var sender = sender(group);
    sender.close();
    sender.close();
    assertThrows(ClosedChannelException.class, () -> send(sender, "too late"));
  }

  /** A thread in {@code receive}. */
  private static final class Waiting {
    final CompletableFuture<Datagram> datagram = new CompletableFuture<>();
    final Thread thread;

    Waiting(MulticastReceiver receiver, boolean virtual) {
      Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
      thread = builder.start(() -> receive(receiver));
      await(() -> virtual ? thread.getState() == Thread.State.WAITING : isInKernel(thread));
    }

    void assertEndedBy(Class<? extends Exception> expected) {
      var failure =
          assertThrows(ExecutionException.class, () -> datagram.get(10, TimeUnit.SECONDS));
      assertInstanceOf(expected, failure.getCause());
    }

    private void receive(MulticastReceiver receiver) {
      try {
        datagram.complete(receiver.receive());
      } catch (IOException | RuntimeException e) {
        datagram.completeExceptionally(e);
      }
    }

    private static boolean isInKernel(Thread thread) {
      return Arrays.stream(thread.getStackTrace())
          .map(StackTraceElement::getMethodName)
          .anyMatch(method -> method.equals("receive0") || method.equals("poll"));
    }
  }

  /** Whether /proc/net/igmp has the group: eight hexadecimal digits in the order of the host. */
  private static boolean isMember(Group group) throws IOException {
    int address =
        ByteBuffer.wrap(group.address().getAddress()).order(ByteOrder.nativeOrder()).getInt();
    try (var lines = Files.lines(MEMBERSHIPS)) {
      return lines.anyMatch(line -> line.contains("%08X".formatted(address)));
    }
  }
}
