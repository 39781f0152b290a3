package dev.twincast.multicast;

import static dev.twincast.multicast.Fixture.freshGroup;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program that knows nothing of us sees: also the TTL, which Java cannot. */
class InteroperabilityTest {
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final String RECEIVER =
      """
      import socket, struct, sys
      group, port = sys.argv[1], int(sys.argv[2])
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
      s.setsockopt(socket.IPPROTO_IP, 12, 1)  # IP_RECVTTL
      s.bind((group, port))
      s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                   socket.inet_aton(group) + socket.inet_aton('127.0.0.1'))
      s.settimeout(10)
      print('joined', flush=True)
      data, ancillary, _, source = s.recvmsg(2048, 64)
      print(source[0], struct.unpack('i', ancillary[0][2])[0], data.decode())
      """;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 255})
  void theTtlIsOnTheWireAndNoHeaderOfOurs(int ttl) throws IOException {
    assumeTrue(Files.exists(PYTHON), "no " + PYTHON);
    Group group = freshGroup();
    var python =
        new ProcessBuilder(
                PYTHON.toString(),
                "-c",
                RECEIVER,
                group.address().getHostAddress(),
                String.valueOf(group.port()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var lines = python.inputReader();
        var sender = MulticastSender.builder(group).ttl(ttl).open()) {
      assertEquals("joined", lines.readLine());
      Fixture.send(sender, "hello");
      assertEquals("127.0.0.1 " + ttl + " hello", lines.readLine());
    } finally {
      python.destroy();
    }
  }
}
