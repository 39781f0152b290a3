package dev.twincast.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Where the demo's actors, child processes of this one, are started, heard and ended. None outlives
 * it: each child ends when its standard input does, which the kernel sees to, however we end.
 */
final class Stage implements AutoCloseable {
  private static final int WIDTH = "receiver-1".length();

  private final Output out;
  private final boolean colour;
  private final List<Actor> actors = new ArrayList<>();

  Stage(Output out, boolean colour) {
    this.out = out;
    this.colour = colour;
  }

  /** Starts {@code twincast ARGS} as a child process whose lines are shown with {@code who}. */
  Actor start(String who, String... args) throws IOException {
    return start(who, event -> true, true, args);
  }

  /** The same; of its events only these are shown. NDJSON has them all. */
  Actor start(String who, Set<String> shown, String... args) throws IOException {
    return start(who, event -> shown.contains(event.name()), true, args);
  }

  /** The same for a command that reads its standard input, and ends with it. */
  Actor startWithInput(String who, Set<String> shown, String... args) throws IOException {
    return start(who, event -> shown.contains(event.name()), false, args);
  }

  private Actor start(String who, Predicate<Event> isShown, boolean hasLifeline, String... args)
      throws IOException {
    List<String> command = new ArrayList<>(ownCommand());
    command.addAll(List.of(args));
    command.add("--json");
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("TWINCAST_"));
    if (hasLifeline) {
      environment.put("TWINCAST_LIFELINE", "stdin");
    }
    String label = paint(("%-" + WIDTH + "s |").formatted(who), actors.size());
    Actor actor =
        new Actor(
            who, builder.start(), event -> show(who, label, event, isShown.test(event)), out::say);
    actors.add(actor);
    return actor;
  }

  /** A sentence about what to watch. */
  void narrate(String text) {
    out.print("");
    out.print(text);
    out.print("");
  }

  /** Something the user should know, also beside NDJSON. */
  void say(String text) {
    out.say(text);
  }

  /** What happens on the stage itself. */
  void note(String text) {
    out.print(" ".repeat(WIDTH) + " | " + text);
  }

  private void show(String who, String label, Event event, boolean isShown) {
    String line = isShown ? Lines.of(event) : "";
    if (out.isJson()) {
      out.emit(event.with("who", who));
    } else if (!line.isEmpty()) {
      out.print(label + " " + line);
    }
  }

  private String paint(String text, int number) {
    return colour ? "\u001b[3" + (1 + number % 6) + "m" + text + "\u001b[0m" : text;
  }

  /** The command line by which this process itself was started, up to the jar or the main class. */
  private static List<String> ownCommand() {
    ProcessHandle.Info info = ProcessHandle.current().info();
    List<String> args = List.of(info.arguments().orElse(new String[0]));
    int end = args.contains("-jar") ? args.indexOf("-jar") + 2 : 0;
    Optional<String> java = info.command();
    List<String> command = new ArrayList<>();
    if (end > 0 && java.isPresent()) {
      command.add(java.get());
      command.addAll(args.subList(0, end));
    } else {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    }
    return command;
  }

  @Override
  public void close() {
    actors.forEach(Actor::end);
    actors.forEach(Actor::close);
  }
}
