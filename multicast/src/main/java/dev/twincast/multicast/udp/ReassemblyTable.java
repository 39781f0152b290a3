package dev.twincast.multicast.udp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Linux's count of datagrams that were given up since a fragment of theirs was missing
 * (ipReasmFails of RFC 4293; proc_net(5), /proc/net/snmp and snmp6). It is known for the whole
 * network namespace, not for a socket: without its first fragment a datagram has no port.
 */
public final class ReassemblyTable {
  private ReassemblyTable() {}

  /** All failures since the network namespace began, of IPv4 and IPv6; -1: not known. */
  public static long failures() {
    try {
      return ipv4(Files.readAllLines(Path.of("/proc/net/snmp"))) + ipv6();
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
  }

  /** A line with the names, and one with the values: {@code Ip: Forwarding ... ReasmFails ...}. */
  static long ipv4(List<String> lines) throws IOException {
    List<String[]> rows =
        lines.stream()
            .filter(line -> line.startsWith("Ip: "))
            .map(line -> line.split(" "))
            .toList();
    int column = rows.size() == 2 ? Arrays.asList(rows.get(0)).indexOf("ReasmFails") : -1;
    if (column < 0 || column >= rows.get(1).length) {
      throw new IOException("no Ip: ReasmFails");
    }
    return Long.parseLong(rows.get(1)[column]);
  }

  /** One name and its value a line. No such file: no IPv6. */
  private static long ipv6() throws IOException {
    Path table = Path.of("/proc/net/snmp6");
    if (!Files.exists(table)) {
      return 0;
    }
    for (String line : Files.readAllLines(table)) {
      if (line.startsWith("Ip6ReasmFails")) {
        return Long.parseLong(line.substring("Ip6ReasmFails".length()).strip());
      }
    }
    throw new IOException("no Ip6ReasmFails");
  }
}
