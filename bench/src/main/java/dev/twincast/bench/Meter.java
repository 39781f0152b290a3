package dev.twincast.bench;

/**
 * How many datagrams, in which time, for how much CPU: between {@code start} and {@code stop}.
 * Nothing if there was no start: who stalled for all of that time has measured nothing.
 */
final class Meter {
  private boolean isStarted;
  private long count;
  private long nanos = 1;
  private long cpuNanos;

  Meter() {
    // The first call of a foreign function takes tens of milliseconds, to link it: not later.
    var _ = Kernel.processCpuNanos();
  }

  void start(long countNow) {
    isStarted = true;
    count = countNow;
    nanos = System.nanoTime();
    cpuNanos = Kernel.processCpuNanos();
  }

  void stop(long countNow) {
    if (!isStarted) {
      return;
    }
    count = countNow - count;
    nanos = System.nanoTime() - nanos;
    cpuNanos = Kernel.processCpuNanos() - cpuNanos;
  }

  @Override
  public String toString() {
    return "measured=" + count + " nanos=" + nanos + " cpu=" + cpuNanos;
  }
}
