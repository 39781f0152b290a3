package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Where programs run: this machine, or a host of a {@link Network}. They run in the root of the
 * repository, without any {@code TWINCAST_*} of our own environment, and end when it is closed.
 */
final class Host implements AutoCloseable {
  /** The repository. */
  static final Path ROOT = Path.of(System.getProperty("twincast.root", "..")).toAbsolutePath();

  private final String namespace;
  private final List<String> prefix;
  private final String ipv4;
  private final String ipv6;
  private final List<Program> programs = new CopyOnWriteArrayList<>();

  private Host(String namespace, String ipv4, String ipv6) {
    this.namespace = namespace;
    this.prefix = namespace.isEmpty() ? List.of() : List.of("ip", "netns", "exec", namespace);
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  /** This machine; tests keep to its loopback interface. */
  static Host local() {
    return new Host("", "127.0.0.1", "::1");
  }

  static Host inNamespace(String namespace, String ipv4, String ipv6) {
    return new Host(namespace, ipv4, ipv6);
  }

  /** The name of its network namespace; empty: this machine's own. */
  String namespace() {
    return namespace;
  }

  /** Its first IPv4 address. */
  String ipv4() {
    return ipv4;
  }

  /** Its first IPv6 address. */
  String ipv6() {
    return ipv6;
  }

  /** Starts {@code ./twincast LINE MORE}; as {@link #start(String, String...)}. */
  Program twincast(String line, String... more) {
    return start("./twincast " + line, more);
  }

  /**
   * Starts a program.
   *
   * @param line its name and arguments, separated by spaces
   * @param more further arguments, which may contain spaces
   */
  Program start(String line, String... more) {
    return startIn(ROOT, line, more);
  }

  Program startIn(Path folder, String line, String... more) {
    // Whoever started us in the background has had SIGINT ignored, and that is inherited.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.addAll(prefix);
    command.addAll(List.of(line.strip().split(" +")));
    command.addAll(List.of(more));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("TWINCAST_") || name.startsWith("MAVEN_"));
    Program program = new Program(builder);
    programs.add(program);
    return program;
  }

  /** Runs a program to its end, which must be good; returns the lines of its standard output. */
  List<String> run(String line, String... more) {
    Program program = start(line, more);
    assertEquals(0, program.exitCode(), program::toString);
    return program.out();
  }

  @Override
  public void close() {
    programs.forEach(Program::close);
  }
}
