package dev.twincast.cli;

import java.io.Console;

/** What the terminal can show. */
final class Terminal {
  private Terminal() {}

  /** True on a terminal that shows colours, unless the user asked for none (no-color.org). */
  @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null again, JDK 22 to 24 did not
  static boolean isColourful() {
    Console console = System.console();
    return console != null
        && console.isTerminal()
        && System.getenv().getOrDefault("NO_COLOR", "").isEmpty()
        && !"dumb".equals(System.getenv("TERM"));
  }
}
