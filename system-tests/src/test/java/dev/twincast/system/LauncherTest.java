package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./twincast} in a fresh clone, where the default Java may be an old one. */
final class LauncherTest {
  private static final Duration BUILD = Duration.ofMinutes(5);
  private static final Set<String> NOT_IN_A_CLONE = Set.of(".git", "target");

  @AutoClose private final Host machine = Host.local();

  @Test
  void oneOfTwoBuildsTheOtherWaitsAndBothWork(@TempDir Path clone) throws IOException {
    copy(Host.ROOT, clone);

    Program one = launch(clone);
    Program other = launch(clone);

    assertEquals(0, one.exitCode(BUILD), one::toString);
    assertEquals(0, other.exitCode(BUILD), other::toString);
    assertEquals(1, one.count("building") + other.count("building"), one + "\n" + other);

    Program later = launch(clone);
    assertEquals(0, later.exitCode(), later::toString);
    assertFalse(later.says("building"), later::toString);

    Path source = clone.resolve("cli/src/main/java/dev/twincast/cli/Main.java");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now()));
    Program changed = launch(clone);
    assertEquals(0, changed.exitCode(BUILD), changed::toString);
    changed.await("building");
  }

  private Program launch(Path clone) throws IOException {
    return machine.startIn(clone, "env " + withOldJava() + " ./twincast --version");
  }

  /** What lets Java 17, if this machine has it, be the default one. */
  private static String withOldJava() throws IOException {
    try (DirectoryStream<Path> old = Files.newDirectoryStream(Path.of("/usr/lib/jvm"), "*-17-*")) {
      for (Path jdk : old) {
        return "JAVA_HOME=" + jdk + " PATH=" + jdk.resolve("bin") + ":" + System.getenv("PATH");
      }
    }
    return "--unset=JAVA_HOME";
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (NOT_IN_A_CLONE.contains(folder.getFileName().toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
