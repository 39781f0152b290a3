package dev.twincast.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;

/**
 * Where events go: text or NDJSON on standard output, diagnostics on standard error. Thread-safe;
 * each event is written whole and at once, so that a pipe sees it when it happens.
 */
final class Output {
  /** Carriage return, and ECMA-48's "erase in line". */
  private static final String START_OF_LINE = "\r\033[K";

  private final PrintStream out;
  private final PrintStream err;
  private final boolean json;
  private final boolean verbose;
  private boolean progressShown; // guarded by this

  Output(PrintStream out, PrintStream err, boolean json, boolean verbose) {
    this.out = out;
    this.err = err;
    this.json = json;
    this.verbose = verbose;
  }

  synchronized void emit(Event event) {
    if (json) {
      print(out, event.toString());
      return;
    }
    String text = Lines.of(event);
    if (!text.isEmpty()) {
      print(Lines.isDiagnostic(event) ? err : out, text);
    }
  }

  /** An event that is told only with {@code --verbose}. */
  void emitIfVerbose(Event event) {
    if (verbose) {
      emit(event);
    }
  }

  /** A line for people only: NDJSON has no place for it. */
  synchronized void print(String text) {
    if (!json) {
      print(out, text);
    }
  }

  /** A word to the person at the terminal; never data. */
  synchronized void say(String text) {
    print(err, text);
  }

  /** Whether {@link #progress} shows anything: a person looks at a terminal. */
  boolean showsProgress() {
    return !json && Terminal.isColourful();
  }

  /** A line for the person at the terminal, in the place of the one before. */
  synchronized void progress(String text) {
    if (showsProgress()) {
      progressShown = true;
      err.print(START_OF_LINE + text);
      err.flush();
    }
  }

  boolean isJson() {
    return json;
  }

  private void print(PrintStream stream, String line) {
    if (progressShown) {
      progressShown = false;
      err.print(START_OF_LINE);
      err.flush();
    }
    stream.print(line + System.lineSeparator());
    if (stream.checkError()) { // flushes, too
      throw new UncheckedIOException(new IOException("the reader of our output is gone"));
    }
  }
}
