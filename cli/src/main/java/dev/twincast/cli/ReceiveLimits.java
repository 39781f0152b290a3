package dev.twincast.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * When {@code receive} ends, and which exit code tells the truth about what came.
 *
 * @param count end after so many messages
 * @param duration end after this time
 * @param timeout end when nothing came for so long
 * @param expect so many must have come
 * @param maxLossPercent how many of the expected or of the numbered ones may be missing, 0 to 100
 */
record ReceiveLimits(
    OptionalLong count,
    Optional<Duration> duration,
    Optional<Duration> timeout,
    OptionalLong expect,
    OptionalDouble maxLossPercent) {

  static ReceiveLimits of(Arguments arguments) {
    OptionalLong count = arguments.optionalNumber("count", 1, Long.MAX_VALUE);
    OptionalLong expect = arguments.optionalNumber("expect", 0, Long.MAX_VALUE);
    Optional<Duration> duration = arguments.optionalDuration("duration");
    Optional<Duration> timeout = arguments.optionalDuration("timeout");
    boolean endless = count.isEmpty() && duration.isEmpty() && timeout.isEmpty();
    return new ReceiveLimits(
        endless && expect.isPresent() ? expect : count,
        duration,
        timeout,
        expect,
        arguments.optionalPercent("max-loss"));
  }

  boolean isReached(long messages) {
    return count.isPresent() && messages >= count.getAsLong();
  }

  /** How many nanoseconds to wait for the next message; 0 or less: it is time to end. */
  long patienceNanos(long now, long start, long lastHeard) {
    long patience = Long.MAX_VALUE;
    if (duration.isPresent()) {
      patience = Math.min(patience, duration.get().toNanos() - (now - start));
    }
    if (timeout.isPresent()) {
      patience = Math.min(patience, timeout.get().toNanos() - (now - lastHeard));
    }
    return patience;
  }

  int exitCode(long messages, Stop stop) {
    return exitCode(messages, stop.isRequested(), stop.exitCode());
  }

  /** For numbered datagrams, of which it is known how many were lost. */
  int exitCodeNumbered(long messages, double lossPercent, Stop stop) {
    return exitCodeNumbered(messages, lossPercent, stop.isRequested(), stop.exitCode());
  }

  int exitCodeNumbered(long messages, double lossPercent, boolean stopped, int stoppedExitCode) {
    boolean isTooMuch = maxLossPercent.isPresent() && lossPercent > maxLossPercent.getAsDouble();
    return messages > 0 && isTooMuch
        ? ExitCode.OUTSIDE_LIMIT
        : exitCode(messages, stopped, stoppedExitCode);
  }

  int exitCode(long messages, boolean stopped, int stoppedExitCode) {
    if (expect.isPresent() && !isAsExpected(messages, expect.getAsLong())) {
      return messages == 0 ? ExitCode.NOTHING : ExitCode.OUTSIDE_LIMIT;
    }
    if (stopped) {
      boolean endlessAndWorked = count.isEmpty() && duration.isEmpty() && messages > 0;
      boolean done = expect.isPresent() || isReached(messages) || endlessAndWorked;
      return done ? ExitCode.OK : stoppedExitCode;
    }
    if (messages == 0 && expect.isEmpty()) {
      return ExitCode.NOTHING;
    }
    return count.isPresent() && messages < count.getAsLong() ? ExitCode.OUTSIDE_LIMIT : ExitCode.OK;
  }

  private boolean isAsExpected(long messages, long expected) {
    return messages <= expected
        && (expected - messages) * 100.0 <= maxLossPercent.orElse(0) * expected;
  }
}
