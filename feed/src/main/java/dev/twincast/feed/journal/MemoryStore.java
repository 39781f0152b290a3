package dev.twincast.feed.journal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory, bounded by bytes: when it is full, the oldest messages of the session that
 * holds the most are forgotten. Everything is lost with the process, so {@link #durable} means no
 * more than that the message is kept.
 *
 * <p>Messages lie in chunks that are used again, so at its bound it allocates nothing. Sessions are
 * never forgotten; whoever appends bounds their number.
 */
public final class MemoryStore implements Store {
  private static final int MAX_CHUNK_BYTES = 1 << 18;
  private static final int MIN_CHUNK_BYTES = 1 << 12;

  private final long capacityBytes;
  private final int chunkBytes;
  private final Map<String, MemoryLog> logs = new HashMap<>();
  private final ArrayDeque<MemoryChunk> spare = new ArrayDeque<>();
  private long bytes;

  // The session of the last call: mostly that of the next one, too.
  private @Nullable String lastSession;
  private @Nullable MemoryLog lastLog;

  /**
   * @param capacityBytes how much memory it may take, with its bookkeeping; a store that is too
   *     small for a single chunk (4 KiB, or a message if that is longer) takes that much
   */
  public MemoryStore(long capacityBytes) {
    if (capacityBytes < 1) {
      throw new IllegalArgumentException("a store of " + capacityBytes + " bytes holds nothing");
    }
    this.capacityBytes = capacityBytes;
    chunkBytes = Math.clamp(capacityBytes / 16, MIN_CHUNK_BYTES, MAX_CHUNK_BYTES);
  }

  @Override
  public Set<String> sessions() {
    return Set.copyOf(logs.keySet());
  }

  @Override
  public long first(String session) {
    MemoryLog log = log(session);
    return log == null ? 1 : log.first();
  }

  @Override
  public long next(String session) {
    MemoryLog log = log(session);
    return log == null ? 1 : log.next();
  }

  @Override
  public long durable(String session) {
    return next(session);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void append(String session, ByteBuffer message) {
    MemoryLog log = logToChange(session);
    MemoryChunk chunk = log.last();
    if (chunk == null || !chunk.fits(message.remaining())) {
      chunk = newChunk(message.remaining());
      log.add(chunk);
    }
    log.append(message);
  }

  private MemoryChunk newChunk(int messageBytes) {
    int needed = MemoryChunk.bytesFor(messageBytes);
    if (needed > chunkBytes) {
      makeRoom(needed);
      bytes += needed;
      return new MemoryChunk(needed);
    }
    MemoryChunk used = spare.poll();
    if (used == null && bytes + chunkBytes > capacityBytes) {
      makeRoom(chunkBytes);
      used = spare.poll();
    }
    if (used != null) {
      return used;
    }
    bytes += chunkBytes;
    return new MemoryChunk(chunkBytes);
  }

  private void makeRoom(int neededBytes) {
    while (spare.isEmpty() && bytes + neededBytes > capacityBytes) {
      MemoryLog largest = largest();
      if (largest == null) {
        return;
      }
      discard(largest.removeFirst());
    }
    while (!spare.isEmpty() && bytes + neededBytes > capacityBytes && neededBytes > chunkBytes) {
      bytes -= spare.remove().capacity();
    }
  }

  private @Nullable MemoryLog largest() {
    MemoryLog largest = null;
    for (MemoryLog log : logs.values()) {
      if (!log.isEmpty() && (largest == null || log.bytes() > largest.bytes())) {
        largest = log;
      }
    }
    return largest;
  }

  private void discard(MemoryChunk chunk) {
    if (chunk.capacity() == chunkBytes) {
      chunk.clear();
      spare.add(chunk);
    } else {
      bytes -= chunk.capacity();
    }
  }

  @Override
  public void skipTo(String session, long number) {
    MemoryLog log = logToChange(session);
    if (number <= log.next()) {
      throw new IllegalArgumentException(
          "cannot skip to %d: %d is the next of session %s".formatted(number, log.next(), session));
    }
    while (!log.isEmpty()) {
      discard(log.removeFirst());
    }
    log.beginAt(number);
  }

  @Override
  public boolean read(String session, long number, ByteBuffer out) {
    MemoryLog log = log(session);
    return log != null && log.read(number, out);
  }

  @Override
  public int length(String session, long number) {
    MemoryLog log = log(session);
    return log == null ? -1 : log.length(number);
  }

  @Override
  public void force() {}

  private @Nullable MemoryLog log(String session) {
    if (!session.equals(lastSession)) {
      MemoryLog log = logs.get(session);
      if (log == null) {
        return null;
      }
      lastSession = session;
      lastLog = log;
    }
    return lastLog;
  }

  private MemoryLog logToChange(String session) {
    MemoryLog log = log(session);
    if (log != null) {
      return log;
    }
    MemoryLog added = new MemoryLog();
    logs.put(session, added);
    return added;
  }
}
