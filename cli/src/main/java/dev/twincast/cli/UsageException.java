package dev.twincast.cli;

/** The command line is wrong; the message says what and what is expected. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
