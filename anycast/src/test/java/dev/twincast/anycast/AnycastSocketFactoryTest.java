package dev.twincast.anycast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AnycastSocketFactoryTest {

  private static final InetSocketAddress NOWHERE =
      InetSocketAddress.createUnresolved("no-such-host.invalid", 9);

  @Test
  void aSocketThatIsConnectedLaterReachesAnyReplicaWhateverIsAskedFor() throws IOException {
    try (var one = replica("one");
        var other = replica("other")) {
      var factory = new AnycastSocketFactory(endpoint(one) + ", " + endpoint(other));
      Set<String> greetings = new HashSet<>();
      while (greetings.size() < 2) {
        try (Socket socket = factory.createSocket()) {
          assertFalse(socket.isConnected());
          socket.connect(NOWHERE, 20_000);
          assertTrue(socket.isConnected());
          assertTrue(Set.of(one.port(), other.port()).contains(socket.getPort()));
          assertEquals(TestClient.LOOPBACK, socket.getInetAddress());
          assertTrue(socket.getLocalPort() > 0);
          greetings.add(TestClient.line(socket));
        }
      }
      assertEquals(Set.of("Hello from server one\n", "Hello from server other\n"), greetings);
    }
  }

  @Test
  void factoriesOfTheSameEndpointsTakeTurnsTogether() throws IOException {
    try (var one = replica("one");
        var other = replica("other")) {
      Set<Integer> ports = new HashSet<>();
      for (int i = 0; i < 2; i++) { // as a driver does that makes one for each connection
        var factory = new AnycastSocketFactory(endpoint(one) + "," + endpoint(other));
        try (Socket socket = factory.createSocket("ignored", 1)) {
          ports.add(socket.getPort());
        }
      }
      assertEquals(Set.of(one.port(), other.port()), ports);
    }
  }

  @Test
  void passesOverDeadReplicas() throws IOException {
    try (var dead = FakeReplica.echo();
        var live = replica("live")) {
      dead.kill();
      var factory = new AnycastSocketFactory(dead.endpoint() + "," + endpoint(live));
      for (int i = 0; i < 20; i++) {
        try (Socket socket = factory.createSocket("ignored", 1)) {
          assertEquals("Hello from server live\n", TestClient.line(socket));
        }
      }
    }
  }

  @Test
  void withoutEndpointsTheNameAskedForTells() throws IOException {
    try (var server = replica("named")) {
      var factory = new AnycastSocketFactory();
      try (Socket socket = factory.createSocket()) {
        socket.connect(InetSocketAddress.createUnresolved("127.0.0.1", server.port()));
        assertEquals("Hello from server named\n", TestClient.line(socket));
      }
      try (Socket socket = factory.createSocket(TestClient.LOOPBACK, server.port())) {
        assertEquals("Hello from server named\n", TestClient.line(socket));
      }
    }
  }

  @Test
  void optionsSetBeforeConnectingHoldAfterwards() throws IOException {
    try (var silent = new ServerSocket(0, 10, TestClient.LOOPBACK);
        Socket socket =
            new AnycastSocketFactory("127.0.0.1:" + silent.getLocalPort()).createSocket()) {
      socket.setSoTimeout(20);
      socket.setKeepAlive(true);
      socket.setTcpNoDelay(false);
      socket.setSoLinger(true, 3);
      assertEquals(20, socket.getSoTimeout());
      socket.connect(NOWHERE);
      assertEquals(20, socket.getSoTimeout());
      assertTrue(socket.getKeepAlive());
      assertFalse(socket.getTcpNoDelay());
      assertEquals(3, socket.getSoLinger());
      assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
      socket.setSoLinger(false, 0);
      assertEquals(-1, socket.getSoLinger());
    }
  }

  @Test
  void halfClosesAndCloses() throws IOException {
    Service echo = connection -> connection.input().transferTo(connection.output());
    try (var server = AnycastServer.builder(echo).bind(TestClient.LOOPBACK).port(0).open();
        AnycastClient client = AnycastClient.to(endpoint(server))) {
      Socket socket = new AnycastSocketFactory(client).createSocket();
      socket.connect(NOWHERE);
      socket.getOutputStream().write('x');
      socket.shutdownOutput();
      assertEquals("x", new String(socket.getInputStream().readAllBytes(), UTF_8));
      socket.close();
      socket.close();
      assertTrue(socket.isClosed());
      assertThrows(IOException.class, socket::getInputStream);
    }
  }

  @Test
  void theTimeLimitOfTheClientHolds() throws IOException {
    try (var dead = FakeReplica.echo();
        var client =
            AnycastClient.builder(dead.endpoint()).timeout(Duration.ofMinutes(10)).open()) {
      dead.kill();
      try (Socket socket = new AnycastSocketFactory(client).createSocket()) {
        assertThrows(NoReplicaException.class, () -> socket.connect(NOWHERE, 100));
        assertTrue(socket.isClosed());
      }
    }
  }

  @Test
  void refusesWhatItCannotDo() throws IOException {
    var factory = new AnycastSocketFactory("127.0.0.1:9");
    try (Socket socket = factory.createSocket()) {
      socket.bind(null);
      socket.bind(new InetSocketAddress(0));
      assertThrows(IOException.class, () -> socket.bind(new InetSocketAddress(4711)));
      assertThrows(IOException.class, socket::getInputStream);
    }
    InetAddress local = TestClient.LOOPBACK;
    assertThrows(IOException.class, () -> factory.createSocket("host", 1, local, 0));
    assertThrows(IllegalArgumentException.class, () -> new AnycastSocketFactory("a:1,,b:2"));
  }

  private static AnycastServer replica(String name) throws IOException {
    return AnycastServer.builder(GreetingService.named(name))
        .bind(TestClient.LOOPBACK)
        .port(0)
        .drain(Duration.ZERO)
        .open();
  }

  private static String endpoint(AnycastServer server) {
    return "127.0.0.1:" + server.port();
  }
}
