package dev.twincast.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The entry point: finds the command, runs it, and turns what happened into an exit code. */
public final class Main {
  /** Made only when asked for, so that the start costs one command and not all of them. */
  private static final Map<String, Supplier<Command>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("demo", DemoCommand::new);
    COMMANDS.put("serve", ServeCommand::new);
    COMMANDS.put("call", CallCommand::new);
    COMMANDS.put("announce", AnnounceCommand::new);
    COMMANDS.put("send", SendCommand::new);
    COMMANDS.put("receive", ReceiveCommand::new);
    COMMANDS.put("publish", PublishCommand::new);
    COMMANDS.put("subscribe", SubscribeCommand::new);
    COMMANDS.put("record", RecordCommand::new);
  }

  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;

  Main(PrintStream out, PrintStream err, Map<String, String> environment) {
    this.out = out;
    this.err = err;
    this.environment = environment;
  }

  /** Runs the command line and exits. */
  public static void main(String[] args) {
    PrintStream out = utf8(FileDescriptor.out);
    int exitCode = new Main(out, utf8(FileDescriptor.err), System.getenv()).run(args);
    out.flush();
    System.exit(exitCode);
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  int run(String... args) {
    if (args.length == 0) {
      err.print(help());
      err.flush();
      return ExitCode.USAGE;
    }
    return switch (args[0]) {
      case "--help", "-h", "help" -> {
        out.print(help());
        out.flush();
        yield ExitCode.OK;
      }
      case "--version", "-V" -> {
        out.println(version());
        yield ExitCode.OK;
      }
      default -> run(args[0], Arrays.asList(args).subList(1, args.length));
    };
  }

  private int run(String name, List<String> args) {
    Supplier<Command> supplier = COMMANDS.get(name);
    if (supplier == null) {
      return usage(
          program(), "unknown command '" + name + "'" + Syntax.nearest(name, COMMANDS.keySet()));
    }
    Command command = supplier.get();
    String fullName = program() + " " + name;
    boolean verbose = args.contains("--verbose");
    try {
      Arguments arguments = command.syntax().parse(args, environment);
      if (arguments.flag("help")) {
        out.print(command.syntax().help(program()));
        return ExitCode.OK;
      }
      verbose = arguments.flag("verbose");
      Stop stop = Stop.onSignals();
      if ("stdin".equals(environment.get("TWINCAST_LIFELINE"))) {
        stop.whenEnds(System.in);
      }
      try {
        return command.run(arguments, new Output(out, err, arguments.flag("json"), verbose), stop);
      } catch (InterruptedException stopped) {
        return stop.exitCode();
      } catch (IOException e) {
        if (stop.isRequested() && Thread.interrupted()) { // it was waiting for a file or a program
          return stop.exitCode();
        }
        throw e;
      }
    } catch (UsageException | IllegalArgumentException e) { // the libraries' word for bad input
      return usage(fullName, String.valueOf(e.getMessage()));
    } catch (BindException | AccessDeniedException | SecurityException e) {
      return failed(fullName, e, verbose, ExitCode.UNAVAILABLE);
    } catch (IOException | RuntimeException e) {
      return failed(
          fullName, e, verbose, isNotPermitted(e) ? ExitCode.UNAVAILABLE : ExitCode.ERROR);
    }
  }

  /** A firewall's or the kernel's EPERM or EACCES, which the JDK tells only as text. */
  private static boolean isNotPermitted(@Nullable Throwable e) {
    return e != null
        && (String.valueOf(e.getMessage()).matches("(?s).*(not permitted|Permission denied).*")
            || isNotPermitted(e.getCause()));
  }

  private int usage(String who, String message) {
    err.println(who + ": " + message + " (try: " + who + " --help)");
    return ExitCode.USAGE;
  }

  private int failed(String who, Exception e, boolean verbose, int exitCode) {
    if (out.checkError()) {
      return exitCode; // the reader of our output is gone, as after `| head`: nobody to tell
    }
    err.println(who + ": " + message(e));
    if (verbose) {
      e.printStackTrace(err);
    }
    return exitCode;
  }

  /** A file's exception often tells only by its type what is wrong with the file. */
  private static String message(Exception e) {
    String message = e.getMessage();
    if (message == null) {
      return e.toString();
    }
    if (e instanceof FileSystemException it && it.getReason() == null) {
      return message
          + switch (it) {
            case AccessDeniedException _ -> ": not permitted";
            case NoSuchFileException _ -> ": there is no such file or folder, and none can be made";
            case FileAlreadyExistsException _ -> ": is a file, and a folder is needed";
            case NotDirectoryException _ -> ": is no folder";
            default -> ": " + it.getClass().getSimpleName();
          };
    }
    return message;
  }

  /** How the user called us: the launcher tells. */
  private String program() {
    return environment.getOrDefault("TWINCAST_PROGRAM", "twincast");
  }

  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return "twincast %s, JDK %s (%s), %s %s"
        .formatted(
            version == null ? "(not packaged)" : version,
            System.getProperty("java.vm.version"),
            System.getProperty("java.vendor"),
            System.getProperty("os.name"),
            System.getProperty("os.arch"));
  }

  private String help() {
    StringBuilder help =
        new StringBuilder(
            """
            Examples:
              PROGRAM demo
                  anycast, multicast and the feed on this machine, in ten seconds
              PROGRAM serve & a=$!; PROGRAM serve & PROGRAM call localhost:5000 --count 9; kill $a $!
                  two replicas share a port; any one of them answers each call
              PROGRAM receive --timeout 3s & sleep 1; PROGRAM send; wait
                  one message, sent once, to every receiver of a group

            twincast: any one of many over TCP (anycast), all of many over UDP (multicast)

            Usage: PROGRAM COMMAND [OPTION ...]

            Commands:
            """);
    for (Supplier<Command> supplier : COMMANDS.values()) {
      Syntax syntax = supplier.get().syntax();
      help.append("  %-9s %s\n".formatted(syntax.name(), syntax.summary()));
    }
    help.append(
        """

        PROGRAM COMMAND --help shows a command's examples and options;
        PROGRAM --version the version, the JDK and the platform.
        """);
    return help.toString().replace("PROGRAM", program());
  }
}
