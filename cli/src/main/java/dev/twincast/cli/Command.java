package dev.twincast.cli;

import java.io.IOException;

/** One sub-command. */
interface Command {
  /** What it takes; also its name and its help. */
  Syntax syntax();

  /**
   * Runs in the main thread until done, or until {@link Stop} interrupts that thread.
   *
   * @return the {@link ExitCode}
   * @throws UsageException for operands and options that make no sense
   * @throws InterruptedException when stopped before there was anything to sum up
   */
  int run(Arguments arguments, Output out, Stop stop) throws IOException, InterruptedException;
}
