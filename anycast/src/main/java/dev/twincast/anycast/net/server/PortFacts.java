package dev.twincast.anycast.net.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What Linux's {@code /proc} tells of a port (proc(5), and ip-sysctl.rst of the kernel's
 * documentation). What cannot be read is not there; nothing here is an error.
 *
 * @param others sockets that listen on the port and are not of this process
 * @param migrates {@code tcp_migrate_req}, if this kernel has it (since 5.14)
 * @param ephemeral {@code ip_local_port_range}: two numbers, or none
 * @param reserved {@code ip_local_reserved_ports} as it is written there
 */
record PortFacts(
    List<Listener> others, Optional<Boolean> migrates, List<Integer> ephemeral, String reserved) {

  private static final String LISTENING = "0A"; // TCP_LISTEN

  /**
   * A listening socket.
   *
   * @param program what has it open: process number and executable, if that can be read
   */
  record Listener(InetAddress address, Optional<Program> program) {}

  /** A process. */
  record Program(long pid, String executable) {}

  private record Row(InetAddress address, int port, String inode) {}

  /** Reads the files of a mounted {@code /proc}. */
  static PortFacts read(Path proc, int port) {
    List<Row> rows = new ArrayList<>();
    for (String file : List.of("net/tcp", "net/tcp6")) {
      lines(proc.resolve(file))
          .skip(1)
          .map(PortFacts::row)
          .flatMap(Optional::stream)
          .filter(row -> row.port == port)
          .forEach(rows::add);
    }
    Set<String> own = sockets(proc.resolve("self"));
    rows.removeIf(row -> own.contains(row.inode));
    Map<String, Program> programs = rows.isEmpty() ? Map.of() : programs(proc);
    Path ipv4 = proc.resolve("sys/net/ipv4");
    return new PortFacts(
        rows.stream()
            .map(row -> new Listener(row.address, Optional.ofNullable(programs.get(row.inode))))
            .toList(),
        lines(ipv4.resolve("tcp_migrate_req")).findFirst().map(text -> !text.strip().equals("0")),
        lines(ipv4.resolve("ip_local_port_range"))
            .flatMap(line -> Stream.of(line.strip().split("\\s+", 3)))
            .filter(text -> text.matches("\\d{1,5}"))
            .map(Integer::valueOf)
            .toList(),
        lines(ipv4.resolve("ip_local_reserved_ports")).findFirst().orElse("").strip());
  }

  /** The executable of a process; "" if it cannot be read. */
  static String executable(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("exe")).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  /** {@code sl local_address rem_address st ...}, the inode being the tenth column. */
  private static Optional<Row> row(String line) {
    String[] columns = line.strip().split("\\s+", 11);
    if (columns.length < 10 || !columns[3].equals(LISTENING)) {
      return Optional.empty();
    }
    String[] local = columns[1].split(":", 2);
    try {
      return Optional.of(new Row(address(local[0]), Integer.parseInt(local[1], 16), columns[9]));
    } catch (RuntimeException | UnknownHostException e) {
      return Optional.empty(); // not the format that we know
    }
  }

  /** Words of four bytes, each in the order of the machine. */
  private static InetAddress address(String hex) throws UnknownHostException {
    byte[] bytes = new byte[hex.length() / 2];
    boolean little = java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN;
    for (int i = 0; i < bytes.length; i++) {
      int place = little ? i ^ 3 : i;
      bytes[place] = (byte) Integer.parseInt(hex, 2 * i, 2 * i + 2, 16);
    }
    return InetAddress.getByAddress(bytes);
  }

  /** The inodes of a process's sockets. */
  private static Set<String> sockets(Path process) {
    Set<String> inodes = new HashSet<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        String target = Files.readSymbolicLink(descriptor).toString();
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring("socket:[".length(), target.length() - 1));
        }
      }
    } catch (IOException | RuntimeException e) {
      // Another user's, or it has ended.
    }
    return inodes;
  }

  private static Map<String, Program> programs(Path proc) {
    Map<String, Program> programs = new HashMap<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(process.getFileName().toString());
        String executable = executable(process);
        for (String inode : sockets(process)) {
          programs.put(inode, new Program(pid, executable));
        }
      }
    } catch (IOException | RuntimeException e) {
      // As far as we have come.
    }
    return programs;
  }
}
