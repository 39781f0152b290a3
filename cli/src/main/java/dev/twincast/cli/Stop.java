package dev.twincast.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The wish to end. The first SIGINT or SIGTERM interrupts the command's thread, which then leaves
 * the group or drains, and prints its summary; the second ends the process at once.
 */
final class Stop {
  private static final int SIGTERM = 15;

  private final Thread command;
  private int signal; // guarded by this

  private Stop(Thread command) {
    this.command = command;
  }

  /** Stops the calling thread's command from now on when a signal comes. */
  static Stop onSignals() {
    Stop stop = new Stop(Thread.currentThread());
    Signals.handle(stop::request, "INT", "TERM");
    return stop;
  }

  /**
   * Stops also when {@code lifeline} ends: the pipe from a parent process, which the kernel closes
   * however the parent ends.
   */
  void whenEnds(InputStream lifeline) {
    Thread.ofPlatform()
        .name("twincast-lifeline")
        .daemon()
        .start(() -> {
          try {
            lifeline.transferTo(OutputStream.nullOutputStream());
          } catch (IOException broken) {
            // as good as ended
          }
          request(SIGTERM);
        });
  }

  private synchronized void request(int number) {
    if (signal != 0) {
      Runtime.getRuntime().halt(ExitCode.SIGNAL + number);
    }
    signal = number;
    command.interrupt();
  }

  synchronized boolean isRequested() {
    return signal != 0;
  }

  /** The exit code of a command that was ended before its work was done. */
  synchronized int exitCode() {
    return ExitCode.SIGNAL + signal;
  }
}
