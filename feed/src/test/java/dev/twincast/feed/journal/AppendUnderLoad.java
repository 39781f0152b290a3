package dev.twincast.feed.journal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** A program that appends as fast as it can, and says what is durable, until it is killed. */
final class AppendUnderLoad {
  static final String[] SESSIONS = {"A", "b c"};

  /** Small, so that many are begun. */
  static final JournalSettings SETTINGS = JournalSettings.DEFAULTS.withSegmentBytes(64 * 1024);

  private AppendUnderLoad() {}

  /** DIRECTORY, and always, interval or never. */
  public static void main(String[] args) throws IOException {
    PrintStream out = new PrintStream(System.out, true);
    Random random = new Random();
    try (Journal journal = Journal.open(Path.of(args[0]), SETTINGS.withFsync(policy(args[1])))) {
      while (!out.checkError()) {
        String session = SESSIONS[random.nextInt(SESSIONS.length)];
        for (int count = random.nextInt(100); count > 0; count--) {
          journal.append(session, message(session, journal.next(session)));
        }
        journal.commit(System.nanoTime());
        out.println(journal.durable(SESSIONS[0]) + " " + journal.durable(SESSIONS[1]));
      }
    }
  }

  private static Fsync policy(String name) {
    return switch (name) {
      case "always" -> Fsync.always();
      case "interval" -> Fsync.interval(Duration.ofMillis(5));
      default -> Fsync.never();
    };
  }

  /** What the message of this number is: as good as random, of 0 to 299 bytes. */
  static ByteBuffer message(String session, long number) {
    Random random = new Random(number * 31 + session.hashCode());
    byte[] bytes = new byte[random.nextInt(300)];
    random.nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }
}
