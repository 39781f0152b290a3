package dev.twincast.system;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A program that was started, what it has said so far, and how it ended. Thread-safe. */
final class Program implements AutoCloseable {
  private final String command;
  private final Process process;
  private final List<String> out = new ArrayList<>(); // guarded by itself
  private final List<String> err = new ArrayList<>(); // guarded by itself
  private final List<Thread> readers;

  Program(ProcessBuilder builder) {
    command = String.join(" ", builder.command());
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    readers = List.of(collect(process.inputReader(), out), collect(process.errorReader(), err));
  }

  private static Thread collect(BufferedReader reader, List<String> lines) {
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try (reader) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
              synchronized (lines) {
                lines.add(line);
              }
            }
          } catch (IOException e) {
            // as good as ended: the process is being killed
          }
        });
  }

  long pid() {
    return process.pid();
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /** The lines of standard output so far. */
  List<String> out() {
    return copy(out);
  }

  /** The lines of standard error so far. */
  List<String> err() {
    return copy(err);
  }

  private static List<String> copy(List<String> lines) {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /** Standard output so far, as NDJSON. */
  List<JsonObject> events() {
    return out().stream().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
  }

  List<JsonObject> events(String name) {
    return events().stream().filter(e -> e.get("event").getAsString().equals(name)).toList();
  }

  /** True when a line on standard output or error contains the text. */
  boolean says(String text) {
    return count(text) > 0;
  }

  /** How many lines on standard output or error contain the text. */
  long count(String text) {
    return count(line -> line.contains(text));
  }

  private long count(Predicate<String> wanted) {
    return Stream.of(out(), err()).flatMap(List::stream).filter(wanted).count();
  }

  /** Waits until a line on standard output or error contains the text; fails if it never does. */
  Program await(String text) {
    return await(1, text);
  }

  /** Waits until so many lines contain the text. */
  Program await(int times, String text) {
    return await(times, "\"" + text + "\"", line -> line.contains(text));
  }

  /** Waits until a line contains what the regular expression describes. */
  Program awaitMatch(String regex) {
    return await(1, "/" + regex + "/", Pattern.compile(regex).asPredicate());
  }

  private Program await(int times, String what, Predicate<String> wanted) {
    Await.until(
        () -> times + " times " + what + " from " + this,
        Await.PATIENCE,
        () -> count(wanted) >= times || hasEnded());
    if (count(wanted) < times) {
      throw new AssertionError("ended without saying " + times + " times " + what + ": " + this);
    }
    return this;
  }

  private boolean hasEnded() {
    return !process.isAlive() && readers.stream().noneMatch(Thread::isAlive);
  }

  /** Waits for its end, and for all that it said. */
  int exitCode() {
    return exitCode(Await.PATIENCE);
  }

  int exitCode(Duration patience) {
    Await.until(() -> "the end of " + this, patience, this::hasEnded);
    return process.exitValue();
  }

  /** Sends it a signal: INT, TERM, KILL, STOP. */
  Program signal(String name) {
    new Program(new ProcessBuilder("kill", "-" + name, "" + pid())).exitCode();
    return this;
  }

  /** Kills it, at once; waits for nothing. */
  void kill() {
    process.destroyForcibly();
  }

  /** Its child processes, and theirs. */
  List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /** Writes to its standard input. */
  Program write(String text) {
    try {
      OutputStream in = process.getOutputStream();
      in.write(text.getBytes(StandardCharsets.UTF_8));
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  Program closeInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Kills what is left of it and of its children. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    Await.until("the end of " + command, () -> !process.isAlive());
  }

  @Override
  public String toString() {
    return "%s (%s)\n  out: %s\n  err: %s"
        .formatted(
            command,
            process.isAlive() ? "running" : "exit " + process.exitValue(),
            String.join("\n       ", out()),
            String.join("\n       ", err()));
  }
}
