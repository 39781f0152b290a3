package dev.twincast.anycast;

import java.io.Serial;

/** Thrown by tests; without a stack trace, which would look like a failure in the log. */
final class ExpectedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  ExpectedException() {
    super("expected in this test", null, false, false);
  }
}
