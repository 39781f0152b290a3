package dev.twincast.anycast;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/**
 * Says who it is, and again with each line it answers: made to see which replica one has reached.
 *
 * <pre>
 *   connect        Hello from server NAME
 *   a line         NAME: a line
 * </pre>
 *
 * <p>Lines are UTF-8 and end with a line feed; a carriage return before it is dropped. The bytes of
 * a line are answered as they are. The last line needs no line feed if the client closes its side.
 */
public final class GreetingService implements Service {

  /** A connection with a longer line is closed. Bytes, without the line feed. */
  public static final int MAX_LINE_BYTES = 65_536;

  // Small, as ten thousand clients may be connected and say nothing.
  private static final int FIRST_BUFFER_BYTES = 256;

  // Lines that come together are read together, and answered together.
  private static final int PIPELINE_BYTES = 8_192;

  private final String name;
  private final byte[] firstLine;
  private final byte[] prefix;
  private final LongAdder answers = new LongAdder();
  private final LongAdder overlongLines = new LongAdder();

  private GreetingService(String name, String greeting) {
    this.name = name;
    this.firstLine = (greeting + "\n").getBytes(UTF_8);
    this.prefix = (name + ": ").getBytes(UTF_8);
  }

  /**
   * The service of the replica of this name.
   *
   * @throws IllegalArgumentException if the name is blank or not one line
   */
  public static GreetingService named(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("the name of a replica is blank");
    }
    return new GreetingService(oneLine(name), "Hello from server " + name);
  }

  /**
   * The same, with this first line and with counters of its own.
   *
   * @throws IllegalArgumentException if the text is not one line
   */
  public GreetingService greeting(String text) {
    return new GreetingService(name, oneLine(text));
  }

  /** The replica's name. */
  public String name() {
    return name;
  }

  /** Lines written so far: greetings, and answers to lines. */
  public long answers() {
    return answers.sum();
  }

  /** Connections closed so far because of a line that was too long. */
  public long overlongLines() {
    return overlongLines.sum();
  }

  @Override
  public void serve(Connection connection) throws IOException {
    var conversation = new Conversation(connection);
    conversation.greet();
    conversation.answerLines();
  }

  private static String oneLine(String text) {
    if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("\"" + text + "\" is more than one line");
    }
    return text;
  }

  /** One connection, and what of it is in memory. */
  private final class Conversation {
    private final Connection connection;
    private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
    private int filled; // holds no line feed between reads
    private ByteArrayOutputStream unsent = new ByteArrayOutputStream(0);
    private int unsentLines;

    Conversation(Connection connection) {
      this.connection = connection;
    }

    void greet() throws IOException {
      unsent.write(firstLine);
      unsentLines++;
      send();
    }

    void answerLines() throws IOException {
      while (filled <= MAX_LINE_BYTES) {
        int room = buffer.length - filled;
        int n = connection.input().read(buffer, filled, room);
        if (n < 0) {
          answerLastLine();
          return;
        }
        answerLinesEndingIn(filled, filled + n);
        if (n == room) {
          grow();
        }
      }
      overlongLines.increment();
    }

    private void answerLinesEndingIn(int from, int to) throws IOException {
      int start = 0;
      for (int i = from; i < to; i++) {
        if (buffer[i] == '\n') {
          answer(start, i);
          start = i + 1;
        }
      }
      send();
      filled = to - start;
      System.arraycopy(buffer, start, buffer, 0, filled);
      if (filled == 0 && buffer.length > PIPELINE_BYTES) {
        buffer = new byte[FIRST_BUFFER_BYTES]; // a long line is over
      }
    }

    private void answerLastLine() throws IOException {
      // When the server drains, the rest of this line is still on its way: half of it is no line.
      if (filled > 0 && !connection.isDraining()) {
        answer(0, filled);
        send();
      }
    }

    private void answer(int start, int end) throws IOException {
      boolean carriageReturn = end > start && buffer[end - 1] == '\r';
      unsent.write(prefix);
      unsent.write(buffer, start, end - start - (carriageReturn ? 1 : 0));
      unsent.write('\n');
      unsentLines++;
      if (unsent.size() >= PIPELINE_BYTES) {
        send();
      }
    }

    private void send() throws IOException {
      if (unsentLines > 0) {
        unsent.writeTo(connection.output());
        answers.add(unsentLines);
        unsent = new ByteArrayOutputStream(0); // its memory is not kept while the client is silent
        unsentLines = 0;
      }
    }

    /** A full buffer: more has come already, or the line is long. */
    private void grow() {
      int most = filled > PIPELINE_BYTES / 2 ? MAX_LINE_BYTES + 1 : PIPELINE_BYTES;
      if (buffer.length < most) {
        buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, most));
      }
    }
  }
}
