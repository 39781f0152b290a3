package dev.twincast.cli;

/** What the process tells the shell. */
final class ExitCode {
  static final int OK = 0;

  /** Internal or input/output error. */
  static final int ERROR = 1;

  static final int USAGE = 2;

  /** Nothing received, or no answer in time. */
  static final int NOTHING = 3;

  /** Loss or count outside the limit. */
  static final int OUTSIDE_LIMIT = 4;

  /** Not permitted, or port in use. */
  static final int UNAVAILABLE = 6;

  /** Plus the number of the signal that ended the command before its work was done. */
  static final int SIGNAL = 128;

  private ExitCode() {}
}
