package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;

/**
 * One of the folders with a compose file, and the project of its name. Nothing of it is there
 * before a test and after it.
 */
abstract class ComposeLab {
  private static final Duration BUILD = Duration.ofMinutes(8);

  @AutoClose final Host machine = Host.local();
  private final String folder;
  private final String command;

  /** The folder's own file, and others that change it. */
  ComposeLab(String folder, Path... changes) {
    this.folder = folder;
    String files =
        Stream.of(changes).map(change -> " --file " + change).collect(Collectors.joining());
    command = "docker compose" + (files.isEmpty() ? "" : " --file docker-compose.yml" + files);
  }

  @BeforeEach
  @AfterEach
  void downLeavesNothing() {
    Program down = compose("down --volumes --remove-orphans");
    assertEquals(0, down.exitCode(), down::toString);
    String ofProject = " --quiet --filter label=com.docker.compose.project=" + folder;
    assertEquals(List.of(), machine.run("docker ps --all" + ofProject));
    assertEquals(List.of(), machine.run("docker network ls" + ofProject));
  }

  final Program compose(String arguments) {
    return machine.startIn(Host.ROOT.resolve(folder), command + " " + arguments);
  }

  final void build() {
    Program build = compose("build");
    assertEquals(0, build.exitCode(BUILD), build::toString);
  }

  /** In the foreground. */
  final Program up(String arguments) {
    return compose("up " + arguments);
  }

  /** Ctrl-C: ends within the ten seconds that Compose waits before it kills. */
  final void interrupt(Program up) {
    up.signal("INT").exitCode();
    assertEquals(List.of(), machine.run("docker compose --project-name " + folder + " ps --quiet"));
  }

  final List<String> containers(String service) {
    return ids("--all " + service);
  }

  final List<String> running(String service) {
    return ids(service);
  }

  private List<String> ids(String arguments) {
    Program ps = compose("ps --quiet " + arguments);
    assertEquals(0, ps.exitCode(), ps::toString);
    return ps.out().stream().sorted().toList();
  }

  final Program logs(String container) {
    Program logs = machine.start("docker logs " + container);
    assertEquals(0, logs.exitCode(), logs::toString);
    return logs;
  }

  final void assertEndedWell(String container) {
    String state =
        machine.run("docker inspect --format {{.State.ExitCode}} " + container).getFirst();
    assertTrue(List.of("0", "143").contains(state), () -> logs(container).toString());
  }
}
