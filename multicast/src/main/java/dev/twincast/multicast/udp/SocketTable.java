package dev.twincast.multicast.udp;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Linux's tables of UDP sockets, for who has no descriptor to ask by (proc_pid_net(5)). */
final class SocketTable {
  private static final Pattern SOCKET_LINK = Pattern.compile("socket:\\[(\\d+)]");

  private SocketTable() {}

  /**
   * What the kernel has dropped of this process's sockets on a port; -1: not known, since this is
   * not Linux, or the process has more sockets on that port than these.
   */
  static long drops(int port, int sockets) {
    try {
      Set<String> own = ownInodes();
      List<Long> found = new ArrayList<>();
      for (String table : List.of("/proc/net/udp", "/proc/net/udp6")) {
        for (String row : rows(Path.of(table))) {
          drops(row, port, own, found);
        }
      }
      return found.size() == sockets ? found.stream().mapToLong(Long::longValue).sum() : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  /** A row: 1: local address and port in hexadecimal, 9: inode, 12: drops. */
  private static void drops(String row, int port, Set<String> own, List<Long> found) {
    String[] columns = row.trim().split("\\s+", -1);
    if (columns.length > 12
        && columns[1].endsWith(":%04X".formatted(port))
        && own.contains(columns[9])) {
      found.add(Long.valueOf(columns[12]));
    }
  }

  private static List<String> rows(Path table) throws IOException {
    return Files.exists(table) ? Files.readAllLines(table) : List.of();
  }

  private static Set<String> ownInodes() throws IOException {
    Set<String> inodes = new HashSet<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        Matcher link = SOCKET_LINK.matcher(target(descriptor));
        if (link.matches()) {
          inodes.add(link.group(1));
        }
      }
    }
    return inodes;
  }

  /** Empty, if the descriptor has been closed meanwhile. */
  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
