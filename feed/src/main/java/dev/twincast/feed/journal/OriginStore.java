package dev.twincast.feed.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory for one session, some of whose messages come from where they can be had again:
 * of these none is forgotten while the store is open.
 */
public final class OriginStore implements Store {
  private final MemoryStore memory;
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
    this.memory = memory;
    this.session = session;
  }

  /**
   * Takes note that the message that was just appended is the one with this index there.
   *
   * @param origin compared by {@code equals}
   */
  public void comesFrom(Origin origin, long index) {
    long number = memory.next(session) - 1;
    Run last = runs.isEmpty() ? null : runs.getLast();
    if (last != null
        && last.end == number
        && last.origin.equals(origin)
        && last.index(number) == index) {
      last.end++;
    } else {
      runs.add(new Run(origin, number, index));
    }
  }

  /** The run that has a message; null: none does. */
  private @Nullable Run run(String session, long number) {
    if (!session.equals(this.session)) {
      return null;
    }
    for (int i = runs.size() - 1; i >= 0; i--) {
      Run run = runs.get(i);
      if (run.first <= number) {
        return number < run.end ? run : null;
      }
    }
    return null;
  }

  @Override
  public long first(String session) {
    long first = memory.first(session);
    Run run;
    while (first > 1 && (run = run(session, first - 1)) != null) {
      first = run.first;
    }
    return first;
  }

  @Override
  public int length(String session, long number) {
    int length = memory.length(session, number);
    Run run = length < 0 ? run(session, number) : null;
    return run == null ? length : run.origin.length(run.index(number));
  }

  @Override
  public boolean read(String session, long number, ByteBuffer out) throws IOException {
    if (memory.read(session, number, out)) {
      return true;
    }
    Run run = run(session, number);
    return run != null && run.origin.read(run.index(number), out);
  }

  @Override
  public Set<String> sessions() {
    return memory.sessions();
  }

  @Override
  public long next(String session) {
    return memory.next(session);
  }

  @Override
  public long durable(String session) {
    return memory.durable(session);
  }

  @Override
  public void append(String session, ByteBuffer message) {
    memory.append(session, message);
  }

  @Override
  public void skipTo(String session, long number) {
    memory.skipTo(session, number);
  }

  @Override
  public long bytes() {
    return memory.bytes();
  }

  @Override
  public void force() {}
}
