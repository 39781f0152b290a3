package dev.twincast.anycast.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both pollers do the same. */
@Timeout(30)
class PollerTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  enum Kind {
    NIO {
      @Override
      Poller open() throws IOException {
        return new NioPoller();
      }
    },
    EPOLL {
      @Override
      Poller open() throws IOException {
        assumeTrue(Pollers.Epoll.OBJECTION.isEmpty(), () -> Pollers.Epoll.OBJECTION.orElseThrow());
        return new EpollPoller();
      }
    };

    abstract Poller open() throws IOException;
  }

  /** Notes what it is told. */
  private static final class Notes implements Poller.Events {
    int acceptable;
    final List<String> ready = new ArrayList<>();

    @Override
    public void onAcceptable() {
      acceptable++;
    }

    @Override
    public void onReady(Object attachment, boolean readable, boolean writable) {
      ready.add((readable ? "r" : "") + (writable ? "w" : ""));
    }
  }

  private static Notes await(Poller poller) throws IOException {
    Notes notes = new Notes();
    poller.await(PATIENCE_NANOS, notes);
    return notes;
  }

  @ParameterizedTest
  @EnumSource
  void tellsOfConnectionsInputAndRoom(Kind kind) throws IOException {
    Poller poller = kind.open();
    int port = poller.listen(new InetSocketAddress(LOOPBACK, 0));
    assertNull(poller.accept());
    try (var client = new Socket(LOOPBACK, port)) {
      assertEquals(1, await(poller).acceptable);
      Poller.Link link = Objects.requireNonNull(poller.accept());
      assertNull(poller.accept());
      poller.add(link, new Object());
      ByteBuffer buffer = ByteBuffer.allocateDirect(100);
      assertEquals(0, link.read(buffer));

      client.getOutputStream().write(new byte[] {1, 2, 3});
      assertEquals(List.of("r"), await(poller).ready);
      assertEquals(3, link.read(buffer.position(10)));
      assertEquals(13, buffer.position());
      assertEquals(2, buffer.get(11));

      link.interest(true, true);
      assertEquals(List.of("w"), await(poller).ready);
      assertEquals(3, link.write(buffer.flip().position(10)));
      assertEquals(3, client.getInputStream().readNBytes(3)[2]);

      link.interest(false, false);
      client.shutdownOutput();
      poller.wakeup();
      assertEquals(List.of(), await(poller).ready);
      link.interest(true, false);
      assertEquals(List.of("r"), await(poller).ready);
      assertEquals(-1, link.read(buffer.clear()));
      link.shutdownOutput();
      assertEquals(-1, client.getInputStream().read());
      link.close();
      link.close();
    }
    poller.close();
  }

  @ParameterizedTest
  @EnumSource
  @SuppressWarnings("try") // closing it is what is tried
  void aFullWindowTakesNothingAndAResetIsAFailure(Kind kind) throws IOException {
    Poller poller = kind.open();
    int port = poller.listen(new InetSocketAddress(LOOPBACK, 0));
    try (var client = new Socket(LOOPBACK, port)) {
      await(poller);
      Poller.Link link = Objects.requireNonNull(poller.accept());
      poller.add(link, new Object());
      ByteBuffer much = ByteBuffer.allocateDirect(1 << 20);
      while (link.write(much.clear()) > 0) {}
      client.setSoLinger(true, 0);
      client.close();
      assertEquals(1, await(poller).ready.size());
      assertThrows(IOException.class, () -> link.read(much.clear()));
      link.close();
    }
    poller.close();
  }

  @ParameterizedTest
  @EnumSource
  void canPauseAcceptingAndIsWoken(Kind kind) throws IOException {
    Poller poller = kind.open();
    int port = poller.listen(new InetSocketAddress(LOOPBACK, 0));
    poller.acceptable(false);
    try (var client = new Socket(LOOPBACK, port)) {
      assertTrue(client.isConnected());
      poller.wakeup();
      poller.wakeup();
      assertEquals(0, await(poller).acceptable);
      poller.acceptable(true);
      assertEquals(1, await(poller).acceptable);
      Objects.requireNonNull(poller.accept()).close();
    }
    poller.stopListening();
    poller.stopListening();
    new ServerSocket(port, 1, LOOPBACK).close();
    poller.close();
    poller.wakeup();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "::1", "::"})
  void bothListenTheSameWaySoThatTheySharePorts(String address) throws IOException {
    Poller epoll = Kind.EPOLL.open();
    Poller nio = Kind.NIO.open();
    int port = epoll.listen(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
    assertEquals(port, nio.listen(new InetSocketAddress(InetAddress.ofLiteral(address), port)));
    int[] accepted = new int[2];
    String target =
        address.equals("0.0.0.0") ? "127.0.0.1" : address.equals("::") ? "::1" : address;
    for (int i = 0; i < 64; i++) {
      try (var client = new Socket(InetAddress.ofLiteral(target), port)) {
        assertTrue(client.isConnected());
        accepted[0] += takeOne(epoll);
        accepted[1] += takeOne(nio);
      }
    }
    assertEquals(64, accepted[0] + accepted[1]);
    assertTrue(accepted[0] > 0 && accepted[1] > 0);
    epoll.close();
    nio.close();
  }

  private static int takeOne(Poller poller) throws IOException {
    Poller.Link link = poller.accept();
    if (link != null) {
      link.close();
    }
    return link == null ? 0 : 1;
  }

  @Test
  void epollSaysWhyThePortIsNotToBeHadAsTheJdkDoes() throws IOException {
    Poller epoll = Kind.EPOLL.open();
    Poller nio = Kind.NIO.open();
    try (var other = new ServerSocket(0, 1, LOOPBACK)) {
      for (var address :
          List.of(
              new InetSocketAddress(LOOPBACK, other.getLocalPort()),
              new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 0))) {
        var byNio = assertThrows(BindException.class, () -> nio.listen(address));
        var byEpoll = assertThrows(BindException.class, () -> epoll.listen(address));
        assertNotNull(byNio.getMessage());
        assertEquals(byNio.getMessage(), byEpoll.getMessage());
      }
    }
    epoll.close();
    nio.close();
  }
}
