package dev.twincast.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One way to send and receive.
 *
 * @param name as the tables show it
 * @param language {@code c} or {@code norm}, or the first word of {@link Program}
 * @param sending the sender's {@code mode}
 * @param receiving the receivers' {@code mode}
 * @param jvmOptions of both sides
 */
record Contender(
    String name, String language, String sending, String receiving, List<String> jvmOptions) {
  static final List<String> JVM =
      List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-XX:+UseSerialGC",
          "-Xmx1g",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-cp",
          System.getProperty("java.class.path"));

  Contender(String name, String language, String sending, String receiving) {
    this(name, language, sending, receiving, List.of());
  }

  boolean isC() {
    return language.equals("c");
  }

  /** Whether there is no compiler in it to be warmed up. */
  boolean isNative() {
    return isC() || language.equals("norm");
  }

  List<String> sender() {
    return command("send", sending);
  }

  List<String> receiver() {
    return command("receive", receiving);
  }

  private List<String> command(String side, String mode) {
    List<String> command = new ArrayList<>();
    if (isC()) {
      command.add(System.getProperty("bench.twin"));
    } else if (language.equals("norm")) {
      command.add(System.getProperty("bench.norm"));
    } else {
      command.addAll(JVM);
      command.addAll(1, jvmOptions);
      command.add(Program.class.getName());
      command.add(language);
    }
    command.add(side);
    command.add("mode=" + mode);
    return command;
  }
}
