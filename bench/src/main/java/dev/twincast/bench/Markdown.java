package dev.twincast.bench;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tables on stdout: the first column to the left, figures to the right. */
final class Markdown {
  private Markdown() {}

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
