package dev.twincast.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The calls that the C twin makes around its I/O and Java has no equal of, so that the two differ
 * in nothing but the I/O: sharp sleeping, and the CPU time of the process in nanoseconds.
 */
@SuppressWarnings("restricted")
final class Kernel {
  private static final int CLOCK_MONOTONIC = 1;
  private static final int CLOCK_PROCESS_CPUTIME_ID = 2;
  private static final int CPUCLOCK_SCHED = 2;
  private static final int TIMER_ABSTIME = 1;
  private static final int PR_SET_TIMERSLACK = 29;
  private static final long NAP_NANOS = 50_000;
  private static final long SECOND = 1_000_000_000;

  // int clock_gettime(clockid_t clock, struct timespec *now)
  private static final MethodHandle CLOCK_GETTIME =
      handle(
          "clock_gettime",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
  // int clock_nanosleep(clockid_t clock, int flags, const struct timespec *t, struct timespec
  // *rest)
  private static final MethodHandle CLOCK_NANOSLEEP =
      handle(
          "clock_nanosleep",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS));
  // int prctl(int option, ...)
  private static final MethodHandle PRCTL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("prctl"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
              Linker.Option.firstVariadicArg(1));

  /** A {@code struct timespec}; each process has one thread that sleeps. */
  private static final MemorySegment TIMESPEC = Arena.global().allocate(ValueLayout.JAVA_LONG, 2);

  private Kernel() {}

  /** Lets the calling thread sleep to the microsecond: the default slack of a timer is 50. */
  static void sharpenTimers() {
    try {
      var _ = (int) PRCTL.invokeExact(PR_SET_TIMERSLACK, 1L);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static void nap() {
    sleep(0, NAP_NANOS);
  }

  /** Sleeps until {@link System#nanoTime}, which is CLOCK_MONOTONIC, is {@code nanos}. */
  static void sleepUntil(long nanos) {
    sleep(TIMER_ABSTIME, nanos);
  }

  /** CPU time of all threads of this process. */
  static long processCpuNanos() {
    return nanos(CLOCK_PROCESS_CPUTIME_ID);
  }

  /**
   * CPU time of all threads of another process; how its clock is numbered: clock_getres(2).
   *
   * @throws IllegalArgumentException if it has ended
   */
  static long cpuNanos(long pid) {
    return nanos(~(int) pid << 3 | CPUCLOCK_SCHED);
  }

  /** How much memory this process has at most held so far, in bytes: VmHWM of proc(5). */
  static long residentBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElse(0);
  }

  private static long nanos(int clock) {
    int result;
    try {
      result = (int) CLOCK_GETTIME.invokeExact(clock, TIMESPEC);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    if (result != 0) {
      throw new IllegalArgumentException("no clock " + clock);
    }
    return TIMESPEC.getAtIndex(ValueLayout.JAVA_LONG, 0) * SECOND
        + TIMESPEC.getAtIndex(ValueLayout.JAVA_LONG, 1);
  }

  private static void sleep(int flags, long nanos) {
    TIMESPEC.setAtIndex(ValueLayout.JAVA_LONG, 0, nanos / SECOND);
    TIMESPEC.setAtIndex(ValueLayout.JAVA_LONG, 1, nanos % SECOND);
    try {
      var _ =
          (int) CLOCK_NANOSLEEP.invokeExact(CLOCK_MONOTONIC, flags, TIMESPEC, MemorySegment.NULL);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }
}
