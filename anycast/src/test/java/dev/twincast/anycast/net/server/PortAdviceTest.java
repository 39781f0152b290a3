package dev.twincast.anycast.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a {@code /proc} of our own making. */
class PortAdviceTest {
  private static final String HEADER = "  sl  local_address rem_address   st ...\n";
  private static final String JAVA = "jdk/bin/java";

  @TempDir private Path proc;

  @BeforeEach
  void lonelyProcess() throws IOException {
    write("sys/net/ipv4/tcp_migrate_req", "0\n");
    write("sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
    write("sys/net/ipv4/ip_local_reserved_ports", "\n");
    write("net/tcp", HEADER + listener("0100007F", 5000, "1000"));
    write("net/tcp6", HEADER);
    process("self", JAVA, "1000");
  }

  private void write(String file, String text) throws IOException {
    Path path = proc.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private void process(String pid, String executable, String inode) throws IOException {
    Path descriptors = Files.createDirectories(proc.resolve(pid).resolve("fd"));
    Files.createSymbolicLink(descriptors.resolve("3"), Path.of("socket:[" + inode + "]"));
    Files.createSymbolicLink(proc.resolve(pid).resolve("exe"), Path.of(executable));
  }

  private static String listener(String address, int port, String inode) {
    return "   0: %s:%04X 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 %s 1 0000000043a9d41b 100 0 0 10 0\n"
        .formatted(address, port, inode);
  }

  private List<String> advice(String address, int port, boolean chosen) {
    return PortAdvice.of(
        new InetSocketAddress(InetAddress.ofLiteral(address), port),
        chosen,
        PortFacts.read(proc, port),
        JAVA);
  }

  private static void assertOne(String expected, List<String> advice) {
    assertEquals(1, advice.size(), advice::toString);
    assertTrue(advice.getFirst().contains(expected), advice::toString);
  }

  @Test
  void nothingToSayOfAPortThatIsNotShared() {
    assertEquals(List.of(), advice("127.0.0.1", 5000, true));
  }

  @Test
  void aSharedPortWithoutMigrationLosesConnections() throws IOException {
    write(
        "net/tcp",
        HEADER + listener("0100007F", 5000, "1000") + listener("0100007F", 5000, "2000"));
    process("77", JAVA, "2000");
    assertOne("(try: sysctl -w net.ipv4.tcp_migrate_req=1)", advice("127.0.0.1", 5000, true));
    write("sys/net/ipv4/tcp_migrate_req", "1\n");
    assertEquals(List.of(), advice("127.0.0.1", 5000, true));
  }

  @Test
  void anEphemeralPortThatWasChosenMayBeTaken() throws IOException {
    assertOne("ip_local_reserved_ports=40000)", advice("0.0.0.0", 40_000, true));
    assertEquals(List.of(), advice("0.0.0.0", 40_000, false));
    write("sys/net/ipv4/ip_local_reserved_ports", "8080,39990-39999\n");
    assertOne("=8080,39990-39999,40000)", advice("0.0.0.0", 40_000, true));
    write("sys/net/ipv4/ip_local_reserved_ports", "8080,39990-40010\n");
    assertEquals(List.of(), advice("0.0.0.0", 40_000, true));
  }

  @Test
  void aSpecificAddressTakesAllFromAWildcard() throws IOException {
    write("sys/net/ipv4/tcp_migrate_req", "1\n");
    write("net/tcp6", HEADER + listener("0".repeat(32), 5000, "2000"));
    assertOne("all that comes to 127.0.0.1 goes to this one", advice("127.0.0.1", 5000, true));
    write("net/tcp6", HEADER);
    assertOne(
        "all that comes to 127.0.0.1 goes to the other process",
        PortAdvice.of(
            new InetSocketAddress(InetAddress.ofLiteral("::"), 5000),
            true,
            new PortFacts(
                List.of(
                    new PortFacts.Listener(InetAddress.ofLiteral("127.0.0.1"), Optional.empty())),
                Optional.empty(),
                List.of(),
                ""),
            ""));
  }

  @Test
  void aForeignProgramTakesItsShare() throws IOException {
    write("sys/net/ipv4/tcp_migrate_req", "1\n");
    write("net/tcp6", HEADER + listener("0000000000000000FFFF00000100007F", 5000, "2000"));
    process("77", proc.resolve("nginx").toString(), "2000");
    assertOne("/nginx, has port 5000 too", advice("127.0.0.1", 5000, true));
  }

  @Test
  void absentFilesAreNoError() {
    proc = proc.resolve("absent");
    assertEquals(List.of(), advice("127.0.0.1", 40_000, true));
  }

  @Test
  void linesOfAnotherFormatAreNoError() throws IOException {
    write("net/tcp", HEADER + "nonsense\n 1 2 3 0A 5 6 7 8 9 10\n 1 0x:y 3 0A 5 6 7 8 9 10\n");
    assertEquals(List.of(), advice("127.0.0.1", 5000, true));
  }
}
