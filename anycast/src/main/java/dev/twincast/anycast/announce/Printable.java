package dev.twincast.anycast.announce;

/** Text from outside, for messages to people: one line, short, no control characters. */
public final class Printable {
  private static final int LONGEST = 200;

  private Printable() {}

  public static String of(String text) {
    String line = text.strip().replaceAll("\\s*\\R\\s*", "; ").replaceAll("\\p{Cntrl}", "?");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }
}
