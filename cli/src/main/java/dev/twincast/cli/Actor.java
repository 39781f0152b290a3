package dev.twincast.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** One child process of the demo, and the events it has told so far. Thread-safe. */
final class Actor implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;
  private static final long POLITE_SECONDS = 3;

  private final String who;
  private final Process process;
  private final Thread reader;
  private final List<Event> events = new ArrayList<>(); // guarded by this

  Actor(String who, Process process, Consumer<Event> onEvent, Consumer<String> onError) {
    this.who = who;
    this.process = process;
    this.reader = Thread.ofVirtual().name("demo-" + who).start(() -> readEvents(onEvent));
    Thread.ofVirtual()
        .name("demo-" + who + "-errors")
        .start(
            () -> process.errorReader().lines().forEach(line -> onError.accept(who + ": " + line)));
  }

  private void readEvents(Consumer<Event> onEvent) {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Event event = Event.parse(line);
        onEvent.accept(event);
        synchronized (this) {
          events.add(event);
          notifyAll();
        }
      }
    } catch (IOException closed) {
      // the process is being ended
    }
  }

  synchronized List<Event> events(String name) {
    return events.stream().filter(event -> event.is(name)).toList();
  }

  /** Waits until so many events of that name have been told. */
  void await(String event, int count) throws IOException, InterruptedException {
    await(told -> told.stream().filter(e -> e.is(event)).count() >= count, event);
  }

  private synchronized void await(Predicate<List<Event>> condition, String what)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.test(events)) {
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (millis <= 0 || !reader.isAlive()) {
        throw new IOException(
            who + (reader.isAlive() ? " was too slow" : " ended") + " before: " + what);
      }
      wait(Math.min(millis, 50));
    }
  }

  /** Waits for the end of the process by itself. */
  Event awaitSummary() throws IOException, InterruptedException {
    await("summary", 1);
    return events("summary").getFirst();
  }

  /** Ends the process as SIGTERM would, and waits for its last word. */
  Event stop() throws IOException, InterruptedException {
    end();
    return awaitSummary();
  }

  /** Writes to its standard input. */
  void write(String text) throws IOException {
    process.outputWriter().write(text);
    process.outputWriter().flush();
  }

  /** Kills the process: it has no last word. */
  void kill() {
    process.destroyForcibly();
  }

  /** Asks the process to end, by ending its standard input. */
  void end() {
    try {
      process.outputWriter().close();
    } catch (IOException gone) {
      // it has ended
    }
  }

  @Override
  public void close() {
    end();
    boolean interrupted = Thread.interrupted();
    try {
      if (!process.waitFor(POLITE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
