package dev.twincast.anycast.announce;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer of BIRD to one command on its control socket: lines, each with a code of four digits.
 *
 * <pre>
 *   1009-10.99.0.1/32  blackhole      more lines follow
 *    10.99.0.2/32  blackhole          the same code again
 *   0000                              the last line: a space after the code
 * </pre>
 *
 * <p>Only codes are understood, since BIRD 3 has changed texts. Codes 0xxx are done, 1xxx and 2xxx
 * tables, 8xxx failed when run, 9xxx not understood; a line that begins with {@code +} is a log
 * message in between. Source: {@code doc/reply_codes} and {@code nest/cli.c} of BIRD; the codes
 * here are the same in BIRD 1.6, 2.0 and 3 ({@code nest/proto.c}).
 */
public sealed interface BirdReply {

  /** It was disabled before. */
  int ALREADY_DISABLED = 8;

  /** It is disabled now. */
  int DISABLED = 9;

  /** It was enabled before. */
  int ALREADY_ENABLED = 10;

  /** It is enabled now. */
  int ENABLED = 11;

  /** A route of a static protocol; its text begins with the prefix. */
  int STATIC_ROUTE = 1009;

  /** No protocol matches the pattern. */
  int NO_SUCH_PROTOCOL = 8003;

  /** The command is not for a restricted socket. */
  int ACCESS_DENIED = 8007;

  /** Not understood; also for a name that is no protocol, or not of the kind asked for. */
  int PARSE_ERROR = 9001;

  /** A name that is no protocol. */
  int INVALID_SYMBOL = 9002;

  /** The last line has not come yet. */
  record Incomplete() implements BirdReply {}

  /** These are not the words of BIRD. */
  record Malformed(String reason) implements BirdReply {}

  /** All lines. */
  record Complete(List<Line> lines) implements BirdReply {
    public Complete {
      lines = List.copyOf(lines);
    }

    /** Whether any line has that code. */
    public boolean has(int code) {
      return lines.stream().anyMatch(line -> line.code() == code);
    }

    /** The texts of the lines with that code. */
    public List<String> texts(int code) {
      return lines.stream().filter(line -> line.code() == code).map(Line::text).toList();
    }

    /** Whether BIRD could not do it, or did not understand it. */
    public boolean isError() {
      return lines.stream().anyMatch(line -> line.code() >= 8000);
    }

    /** In one line, for people. */
    public String text() {
      return String.join(
          "; ", lines.stream().filter(line -> !line.text().isEmpty()).map(Line::toString).toList());
    }
  }

  /** A line: 0 to 9999, and the text after it. */
  record Line(int code, String text) {
    @Override
    public String toString() {
      return "%04d %s".formatted(code, text);
    }
  }

  /** Reads what has come so far, from the beginning of the answer. The buffer stays as it is. */
  static BirdReply parse(ByteBuffer received) {
    List<Line> lines = new ArrayList<>();
    String text = StandardCharsets.UTF_8.decode(received.duplicate()).toString();
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      String line = text.substring(start, end);
      start = end + 1;
      if (line.startsWith("+")) {
        continue;
      }
      if (line.startsWith(" ") && !lines.isEmpty()) {
        lines.add(new Line(lines.getLast().code(), line.substring(1)));
        continue;
      }
      if (!startsWithCode(line)) {
        return new Malformed("a line without a reply code: " + Printable.of(line));
      }
      lines.add(new Line(Integer.parseInt(line, 0, 4, 10), line.substring(5).strip()));
      if (line.charAt(4) == ' ') {
        return start == text.length()
            ? new Complete(lines)
            : new Malformed("more after the last line: " + Printable.of(text.substring(start)));
      }
    }
    return new Incomplete();
  }

  private static boolean startsWithCode(String line) {
    if (line.length() < 5 || (line.charAt(4) != ' ' && line.charAt(4) != '-')) {
      return false;
    }
    for (int i = 0; i < 4; i++) {
      if (line.charAt(i) < '0' || line.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
