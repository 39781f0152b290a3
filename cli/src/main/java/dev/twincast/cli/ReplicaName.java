package dev.twincast.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A replica's name when none is given: the host's, which tells containers and machines apart; with
 * the process number when several processes of this host listen on the port.
 */
final class ReplicaName {
  private ReplicaName() {}

  /** Call it when the replica itself already listens, else two that start at once see nobody. */
  static String of(int port) throws IOException {
    String host = hostName();
    return listeners(port) > 1 ? host + "-" + ProcessHandle.current().pid() : host;
  }

  private static String hostName() throws IOException {
    Path kernel = Path.of("/proc/sys/kernel/hostname");
    if (Files.isReadable(kernel)) {
      // Not Files.readString: it returns only the first character of files under /proc/sys.
      try (BufferedReader reader = Files.newBufferedReader(kernel)) {
        String name = reader.readLine();
        if (name != null && !name.isBlank()) {
          return name;
        }
      }
    }
    return InetAddress.getLocalHost().getHostName();
  }

  /**
   * How many sockets of this host listen on the port, as far as the platform tells; see proc(5).
   */
  private static long listeners(int port) throws IOException {
    long count = 0;
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      if (Files.isReadable(Path.of(table))) {
        try (Stream<String> rows = Files.lines(Path.of(table))) {
          count += rows.filter(row -> isListener(row, port)).count();
        }
      }
    }
    return count;
  }

  /** {@code sl local_address rem_address st ...}, where st 0A is TCP_LISTEN. */
  static boolean isListener(String row, int port) {
    String[] columns = row.strip().split("\\s+", 5);
    return columns.length == 5
        && columns[3].equals("0A")
        && columns[1].endsWith("%04X".formatted(port));
  }
}
