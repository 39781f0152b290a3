package dev.twincast.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A process, mostly bound to one CPU. It ends with this one at the latest, also on Ctrl-C. */
final class Child implements AutoCloseable {
  /** Where servers and proxies run; what loads them runs on {@link #LOAD_CPU}. */
  static final int SERVER_CPU = 0;

  static final int LOAD_CPU = 1;

  private static final long DEADLINE_SECONDS = 60;
  private static final Set<Child> ALL = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> ALL.forEach(Child::close)));
  }

  private final String command;
  private final Process process;
  private final BufferedReader output;

  private Child(String command, Process process) {
    this.command = command;
    this.process = process;
    output = process.inputReader();
  }

  static Child start(int cpu, List<String> command) throws IOException {
    return start(cpu, command, Redirect.INHERIT);
  }

  /**
   * @param errors where its stderr goes
   */
  static Child start(int cpu, List<String> command, Redirect errors) throws IOException {
    List<String> bound = new ArrayList<>(List.of("taskset", "-c", Integer.toString(cpu)));
    bound.addAll(command);
    return start(bound, errors);
  }

  /** On any CPU. */
  static Child start(List<String> command) throws IOException {
    return start(command, Redirect.INHERIT);
  }

  private static Child start(List<String> command, Redirect errors) throws IOException {
    Process process = new ProcessBuilder(command).redirectError(errors).start();
    var child = new Child(String.join(" ", command), process);
    ALL.add(child);
    return child;
  }

  /** As {@link #start}, and waits until it says {@code ready}. */
  static Child server(List<String> command) throws IOException {
    Child child = start(SERVER_CPU, command);
    child.await("ready");
    return child;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits for a line.
   *
   * @throws IOException if something else comes, or nothing in a minute
   */
  void await(String expected) throws IOException {
    String line = nextLine();
    if (!line.equals(expected)) {
      throw new IOException("\"" + line + "\" from " + command);
    }
  }

  /** Waits for a line of results. */
  Values line() throws IOException {
    return Values.parse(nextLine());
  }

  /**
   * Waits for the end, and returns what the line before it says.
   *
   * @throws IOException if it fails, or takes a minute
   */
  Values result() throws IOException {
    Values result = line();
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException("exit code " + process.exitValue() + " of " + command);
    }
    return result;
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  /** SIGSTOP: it answers nothing any more, while its kernel still accepts connections for it. */
  void freeze() throws IOException {
    Network.run(List.of("kill", "-STOP", Long.toString(pid())));
    // One thread takes the signal and stops the others: until it has run, they go on.
    long begin = System.nanoTime();
    while (!isStopped()) {
      if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS)) {
        throw new IOException("it does not stop: " + command);
      }
      Kernel.sleepUntil(System.nanoTime() + 1_000_000);
    }
  }

  /** By proc(5): the state follows the name, which may contain anything, in parentheses. */
  private boolean isStopped() throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid() + "/task"))) {
      for (Path thread : (Iterable<Path>) threads::iterator) {
        String stat = Files.readString(thread.resolve("stat"));
        if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
          return false;
        }
      }
      return true;
    } catch (NoSuchFileException e) {
      return false; // a thread has just ended
    }
  }

  @Override
  public void close() {
    kill();
    process.onExit().join();
    ALL.remove(this);
  }

  private String nextLine() throws IOException {
    var line = new FutureTask<>(output::readLine);
    Thread.ofPlatform().daemon().start(line);
    try {
      String text = line.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      if (text == null) {
        throw new IOException("it ended: " + command);
      }
      return text;
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException("nothing from " + command, e);
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }
}
