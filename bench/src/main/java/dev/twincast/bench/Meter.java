package dev.twincast.bench;

/**
 * How many datagrams, in which time, for how much CPU: between {@code start} and {@code stop}.
 * Nothing without both: who stalled for all of that time has measured nothing.
 */
final class Meter {
  private long countAtStart;
  private long startNanos;
  private long cpuNanosAtStart;
  private long count;
  private long nanos = 1;
  private long cpuNanos;

  Meter() {
    // The first call of a foreign function takes tens of milliseconds, to link it: not later.
    var _ = Kernel.processCpuNanos();
  }

  void start(long countNow) {
    countAtStart = countNow;
    startNanos = System.nanoTime();
    cpuNanosAtStart = Kernel.processCpuNanos();
  }

  void stop(long countNow) {
    count = countNow - countAtStart;
    nanos = System.nanoTime() - startNanos;
    cpuNanos = Kernel.processCpuNanos() - cpuNanosAtStart;
  }

  @Override
  public String toString() {
    return "measured=" + count + " nanos=" + nanos + " cpu=" + cpuNanos;
  }
}
