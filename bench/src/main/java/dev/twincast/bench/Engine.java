package dev.twincast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a server is made with: a program that the tables start as {@link Child}. */
enum Engine {
  C("C epoll"),
  NIO("JDK NIO selector"),
  NETTY("Netty native epoll"),
  THREADS("JDK virtual threads"),
  GRPC("grpc-java"),
  OURS("ours"),
  /** With the service on virtual threads, where it may block. */
  OURS_THREADS("ours, service on virtual threads");

  /**
   * The namespace is ours alone, so that ports are free; these are not for outgoing connections.
   */
  private static int lastPort = 5000;

  /** Netty, and gRPC's, would warn of a namespace without any hardware address. */
  private static final List<String> NETTY_OPTIONS =
      List.of(
          "-Dio.netty.machineId=02:00:00:00:00:01",
          "-Dio.grpc.netty.shaded.io.netty.machineId=02:00:00:00:00:01");

  private static final String C_PROGRAM = System.getProperty("bench.echo", "echo");

  final String title;

  Engine(String title) {
    this.title = title;
  }

  /** What serves where it shall not matter. */
  static Engine plain() {
    return C.isInstalled() ? C : OURS;
  }

  /** C is not without a compiler. */
  boolean isInstalled() {
    return this != C || Files.isExecutable(Path.of(C_PROGRAM));
  }

  static int freePort() {
    return ++lastPort;
  }

  /**
   * Starts a server.
   *
   * @param mode {@code bytes} or {@code frames} echoes; {@code greet} says a line and closes
   */
  Child serve(String mode, int port) throws IOException {
    List<String> command = command();
    command.addAll(List.of("serve", "mode=" + mode, "port=" + port));
    return Child.server(command);
  }

  static List<String> cProgram() {
    return new ArrayList<>(List.of(C_PROGRAM));
  }

  static List<String> javaProgram(String name) {
    List<String> command = new ArrayList<>(Contender.JVM);
    command.addAll(1, NETTY_OPTIONS);
    command.addAll(List.of(Program.class.getName(), name));
    return command;
  }

  private List<String> command() {
    return this == C ? cProgram() : javaProgram(name().toLowerCase(Locale.ROOT));
  }
}
