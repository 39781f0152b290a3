package dev.twincast.multicast.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReassemblyTableTest {
  @Test
  void findsTheColumnByItsName() throws IOException {
    assertEquals(
        7,
        ReassemblyTable.ipv4(
            List.of("Ip: Forwarding ReasmFails FragOKs", "Ip: 2 7 9", "Icmp: InMsgs", "Icmp: 1")));
  }

  @Test
  void anUnknownTableIsNotGuessedAt() {
    for (List<String> table :
        List.of(
            List.<String>of(),
            List.of("Ip: Forwarding", "Ip: 2"),
            List.of("Ip: Forwarding ReasmFails", "Ip: 2"))) {
      assertThrows(IOException.class, () -> ReassemblyTable.ipv4(table));
    }
  }

  @Test
  void thisKernelTells() {
    assumeTrue(Files.exists(Path.of("/proc/net/snmp")), "Linux only");
    assertTrue(ReassemblyTable.failures() >= 0);
  }
}
