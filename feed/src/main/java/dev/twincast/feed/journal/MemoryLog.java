package dev.twincast.feed.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of one session in memory, without a hole: chunks, one behind the other. */
final class MemoryLog {
  private final List<MemoryChunk> chunks = new ArrayList<>();
  private long next = 1;
  private long bytes;

  /** Where the last message that was read lies: mostly the next one, too. */
  private @Nullable MemoryChunk lastRead;

  long first() {
    return chunks.isEmpty() ? next : chunks.getFirst().first();
  }

  long next() {
    return next;
  }

  /** The memory of its chunks. */
  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return chunks.isEmpty();
  }

  @Nullable MemoryChunk last() {
    return chunks.isEmpty() ? null : chunks.getLast();
  }

  /** Adds an empty chunk, into which the next messages go. */
  void add(MemoryChunk chunk) {
    chunk.beginAt(next);
    chunks.add(chunk);
    bytes += chunk.capacity();
  }

  MemoryChunk removeFirst() {
    MemoryChunk chunk = chunks.removeFirst();
    bytes -= chunk.capacity();
    lastRead = null; // it may be another session's soon
    return chunk;
  }

  void append(ByteBuffer message) {
    chunks.getLast().append(message);
    next++;
  }

  void beginAt(long number) {
    next = number;
  }

  boolean read(long number, ByteBuffer out) {
    MemoryChunk chunk = chunkOf(number);
    return chunk != null && chunk.read(number, out);
  }

  int length(long number) {
    MemoryChunk chunk = chunkOf(number);
    return chunk == null ? -1 : chunk.length(number);
  }

  private @Nullable MemoryChunk chunkOf(long number) {
    if (number < first() || number >= next) {
      return null;
    }
    if (lastRead == null || !lastRead.has(number)) {
      lastRead = find(number);
    }
    return lastRead;
  }

  private MemoryChunk find(long number) {
    int low = 0;
    int high = chunks.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (chunks.get(middle).first() <= number) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return chunks.get(low);
  }
}
