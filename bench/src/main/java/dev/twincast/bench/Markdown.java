package dev.twincast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tables on stdout: the first column to the left, figures to the right. */
final class Markdown {
  private Markdown() {}

  /** What a table of figures begins with: on which machine they were taken, and how busy it was. */
  static void machine() throws IOException {
    Pattern model = Pattern.compile("model name\\s*: (.*)");
    String cpu =
        model
            .matcher(Files.readString(Path.of("/proc/cpuinfo")))
            .results()
            .map(found -> found.group(1))
            .findFirst()
            .orElse(System.getProperty("os.arch"));
    System.out.printf(
        "%d × %s, Linux %s, Java %s, %s; load average before: %s%n",
        Runtime.getRuntime().availableProcessors(),
        cpu,
        System.getProperty("os.version"),
        System.getProperty("java.version"),
        LocalDate.now(ZoneOffset.UTC),
        Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0]);
  }

  static void title(String title) {
    System.out.println("\n### " + title);
  }

  static void heading(String... cells) {
    System.out.println();
    row(cells);
    System.out.println(
        IntStream.range(0, cells.length)
            .mapToObj(i -> i == 0 ? "---" : "---:")
            .collect(Collectors.joining(" | ", "| ", " |")));
  }

  static void row(String... cells) {
    System.out.println("| " + String.join(" | ", cells) + " |");
  }
}
