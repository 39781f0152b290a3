package dev.twincast.feed.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory for one session, some of whose messages come from where they can be had again:
 * of these none is forgotten while the store is open, but for a bound on how many times the origin
 * changes.
 */
public final class OriginStore extends ForwardingStore {
  /** A file that is published alone is one; of more than these the older half is let go of. */
  private static final int MAX_RUNS = 1024;

  private final String session;
  private final List<Run> runs = new ArrayList<>();

  /** Messages that follow each other, in the session as in their origin. */
  private static final class Run {
    final Origin origin;
    final long first;
    final long index;
    long end;

    Run(Origin origin, long first, long index) {
      this.origin = origin;
      this.first = first;
      this.index = index;
      end = first + 1;
    }

    long index(long number) {
      return index + number - first;
    }
  }

  public OriginStore(MemoryStore memory, String session) {
    super(memory);
    this.session = session;
  }

  /**
   * Takes note that the message that was just appended is the one with this index there.
   *
   * @param origin compared by {@code equals}
   */
  public void comesFrom(Origin origin, long index) {
    long number = next(session) - 1;
    Run last = runs.isEmpty() ? null : runs.getLast();
    if (last != null
        && last.end == number
        && last.origin.equals(origin)
        && last.index(number) == index) {
      last.end++;
    } else {
      if (runs.size() == MAX_RUNS) {
        runs.subList(0, MAX_RUNS / 2).clear();
      }
      runs.add(new Run(origin, number, index));
    }
  }

  /** The run that has a message; null: none does. */
  private @Nullable Run run(String session, long number) {
    if (!session.equals(this.session)) {
      return null;
    }
    int low = 0;
    int high = runs.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Run run = runs.get(middle);
      if (number < run.first) {
        high = middle - 1;
      } else if (number >= run.end) {
        low = middle + 1;
      } else {
        return run;
      }
    }
    return null;
  }

  @Override
  public long first(String session) {
    long first = super.first(session);
    Run run;
    while (first > 1 && (run = run(session, first - 1)) != null) {
      first = run.first;
    }
    return first;
  }

  @Override
  public int length(String session, long number) throws IOException {
    int length = super.length(session, number);
    Run run = length < 0 ? run(session, number) : null;
    return run == null ? length : run.origin.length(run.index(number));
  }

  @Override
  public boolean read(String session, long number, ByteBuffer out) throws IOException {
    if (super.read(session, number, out)) {
      return true;
    }
    Run run = run(session, number);
    return run != null && run.origin.read(run.index(number), out);
  }
}
