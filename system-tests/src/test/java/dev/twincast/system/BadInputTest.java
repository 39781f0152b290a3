package dev.twincast.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients and networks should not do: nothing crashes, hangs or leaks. */
final class BadInputTest {
  private static final int HALF_OPEN = 10_000;

  @AutoClose private final Host machine = Host.local();
  private final int port = FreePort.tcp();
  private final InetSocketAddress server =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  private final InetSocketAddress groupAddress =
      new InetSocketAddress(InetAddress.ofLiteral("239.77.1.4"), FreePort.udp());
  private final String group = "239.77.1.4:" + groupAddress.getPort() + "%lo";

  private void assertAnswers() {
    Program call = machine.twincast("call 127.0.0.1:" + port + " --count 20 --timeout 20s");
    assertEquals(0, call.exitCode(), call::toString);
    call.await("; 0 failed;");
  }

  @Test
  void anUnknownHostIsNamed() {
    Program call = machine.twincast("call no-such-host.invalid --wait 1s --timeout 1s");

    assertEquals(3, call.exitCode(), call::toString);
    call.awaitMatch("unknown host: no-such-host\\.invalid");
  }

  /** In a heap that would not hold them. */
  @Test
  void linesOfTenMegabytesAreCutOff() throws IOException {
    machine
        .start("env _JAVA_OPTIONS=-Xmx32m ./twincast serve --port " + port)
        .await("listening on");
    List<Socket> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        Socket client = new Socket(server.getAddress(), port);
        client.setSoTimeout((int) Await.PATIENCE.toMillis());
        clients.add(client);
        assertTrue(isCutOff(client, 10_000_000));
      }
      assertAnswers();
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  /** Whether the server closes instead of answering a line of so many bytes. */
  private static boolean isCutOff(Socket client, int lineBytes) throws IOException {
    try {
      client.getOutputStream().write("x".repeat(lineBytes).getBytes(UTF_8));
      client.getOutputStream().write('\n');
    } catch (IOException reset) {
      return true;
    }
    return new String(client.getInputStream().readAllBytes(), UTF_8).lines().count() == 1;
  }

  @Test
  @Needs(Tool.DESCRIPTORS)
  void tenThousandHalfOpenClientsDisturbNobodyAndLeaveNothing() throws IOException {
    Program serve =
        machine
            .twincast("serve --max-connections 12000 --idle 15s --port " + port)
            .await("listening on");
    assertAnswers();
    long before = openFiles(serve);

    List<SocketChannel> clients = new ArrayList<>();
    try {
      for (int i = 0; i < HALF_OPEN; i++) {
        SocketChannel client = SocketChannel.open(server);
        clients.add(client);
        client.write(ByteBuffer.wrap("half a line".getBytes(UTF_8)));
      }
      Await.until("10,000 connections", () -> openFiles(serve) >= HALF_OPEN);
      assertAnswers();

      // The clients stay: it is the server that has to lose patience.
      Await.until("the end of idle connections", () -> openFiles(serve) <= before + 10);
      assertAnswers();
    } finally {
      for (SocketChannel client : clients) {
        client.close();
      }
    }
    assertEquals(0, serve.signal("TERM").exitCode(), serve::toString);
  }

  private static long openFiles(Program program) {
    try (Stream<Path> files = Files.list(Path.of("/proc/" + program.pid() + "/fd"))) {
      return files.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theLargestAndTheEmptyDatagramArriveAsTheyWere(@TempDir Path folder) throws IOException {
    Path received = folder.resolve("received");
    Program receive = machine.twincast("receive " + group + " --count 2 --output " + received);
    receive.await("Joined multicast group");

    machine.run("./twincast send --binary 65507 " + group);
    machine.run("./twincast send --binary 0 " + group);

    assertEquals(0, receive.exitCode(), receive::toString);
    byte[] expected = new byte[65507];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (byte) i;
    }
    List<Path> files;
    try (Stream<Path> found = Files.list(received)) {
      files = found.sorted().toList();
    }
    assertEquals(2, files.size(), files::toString);
    assertArrayEquals(expected, Files.readAllBytes(files.get(0)));
    assertEquals(0, Files.size(files.get(1)));
  }

  @Test
  void aMessageLongerThanADatagramIsRefusedBeforeAnythingIsSent() {
    Program send = machine.twincast("send --binary 65508 " + group + " hello");

    assertEquals(2, send.exitCode(), send::toString);
    send.await("65507 bytes");
    assertFalse(send.says("Sent"), send::toString);
  }

  @Test
  void messagesMayLookLikeOptionsAndComeFromStandardInput() {
    Program receive = machine.twincast("receive " + group + " --count 4").await("Joined");

    machine.run("./twincast send " + group + " -- -1 --ttl");
    Program send = machine.twincast("send " + group + " -").write("first\n\nlast").closeInput();

    assertEquals(0, send.exitCode(), send::toString);
    receive.await(": -1").await(": --ttl").await(": first");
    assertEquals(3, send.count("Sent "), send::toString); // the empty line is a message
  }

  @Test
  void garbageAndDeepJsonDoNotDisturbAReceiver() throws IOException {
    Program receive = machine.twincast("receive " + group + " --json").await("joined");
    Random random = new Random(42);

    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
      channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, NetworkInterface.getByName("lo"));
      for (int i = 0; i < 200; i++) {
        byte[] garbage = new byte[random.nextInt(2000)];
        random.nextBytes(garbage);
        channel.send(ByteBuffer.wrap(garbage), groupAddress);
      }
      channel.send(ByteBuffer.wrap("[".repeat(60_000).getBytes(UTF_8)), groupAddress);
      channel.send(
          ByteBuffer.wrap(("[".repeat(30_000) + "]".repeat(30_000)).getBytes(UTF_8)), groupAddress);
      channel.send(ByteBuffer.wrap("{\"a\":".repeat(10_000).getBytes(UTF_8)), groupAddress);
      channel.send(ByteBuffer.wrap("the end".getBytes(UTF_8)), groupAddress);
    }

    receive.await("the end");
    assertEquals(0, receive.signal("TERM").exitCode(), receive::toString);
    assertEquals(204, receive.events("message").size());
  }
}
