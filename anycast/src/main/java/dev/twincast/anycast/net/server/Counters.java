package dev.twincast.anycast.net.server;

import dev.twincast.anycast.ServerStatistics;
import dev.twincast.anycast.message.Ending;
import java.util.concurrent.atomic.LongAdder;

/** What a server counts. Thread-safe. */
public final class Counters {
  final LongAdder accepted = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder answered = new LongAdder();
  final LongAdder idle = new LongAdder();
  final LongAdder failed = new LongAdder();
  private final LongAdder slowReaders = new LongAdder();
  private final LongAdder slowWriters = new LongAdder();
  private final LongAdder illegalFrames = new LongAdder();
  private final LongAdder overloaded = new LongAdder();

  void count(Ending ending) {
    switch (ending) {
      case IDLE -> idle.increment();
      case ILLEGAL_FRAME -> illegalFrames.increment();
      case SLOW_READER -> slowReaders.increment();
      case SLOW_WRITER -> slowWriters.increment();
      case OVERLOADED -> overloaded.increment();
      case FAILED -> failed.increment();
      case CLOSED, BROKEN, CUT -> {} // no limit's doing
    }
  }

  /** The counts so far, and the connections open now. */
  public ServerStatistics statistics(int open) {
    return new ServerStatistics(
        accepted.sum(),
        refused.sum(),
        answered.sum(),
        idle.sum(),
        slowReaders.sum(),
        slowWriters.sum(),
        illegalFrames.sum(),
        overloaded.sum(),
        failed.sum(),
        open);
  }
}
