package dev.twincast.feed.simulation;

import dev.twincast.feed.journal.MemoryStore;
import dev.twincast.feed.journal.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/** A store of which a crash leaves what was forced, and no more. */
final class CrashableStore implements Store {
  private final long capacityBytes;
  private MemoryStore memory;
  private final Map<String, Long> durable = new HashMap<>();
  private final NavigableSet<Long> damaged = new TreeSet<>();
  private boolean isDirty;
  private int failures;

  CrashableStore(long capacityBytes) {
    this.capacityBytes = capacityBytes;
    memory = new MemoryStore(capacityBytes);
  }

  /** Loses what was not forced. */
  void crash() {
    MemoryStore before = memory;
    memory = new MemoryStore(capacityBytes);
    isDirty = false;
    ByteBuffer message = ByteBuffer.allocate(1 << 16);
    durable.forEach((session, end) -> {
      if (before.first(session) > 1 && before.first(session) <= end) {
        memory.skipTo(session, before.first(session));
      } else if (before.first(session) > end) {
        memory.skipTo(session, end);
      }
      for (long i = before.first(session); i < end; i++) {
        before.read(session, i, message.clear());
        memory.append(session, message.flip());
      }
    });
  }

  /** Loses everything. */
  void wipe() {
    durable.clear();
    memory = new MemoryStore(capacityBytes);
    isDirty = false;
  }

  /** Takes these messages out, of the only session. */
  void damage(long from, long end) {
    for (long number = from; number < end; number++) {
      damaged.add(number);
    }
  }

  /** Fails so many times from now on. */
  void fail(int times) {
    failures = times;
  }

  boolean isDirty() {
    return isDirty;
  }

  @Override
  public Set<String> sessions() {
    return memory.sessions();
  }

  @Override
  public long first(String session) {
    return memory.first(session);
  }

  @Override
  public long next(String session) {
    return memory.next(session);
  }

  @Override
  public long durable(String session) {
    return durable.getOrDefault(session, 1L);
  }

  @Override
  public long bytes() {
    return memory.bytes();
  }

  @Override
  public void append(String session, ByteBuffer message) throws IOException {
    if (failures > 0) {
      failures--;
      throw new IOException("no space left");
    }
    memory.append(session, message);
    isDirty = true;
  }

  @Override
  public void skipTo(String session, long number) {
    memory.skipTo(session, number);
    isDirty = true;
  }

  @Override
  public boolean read(String session, long number, ByteBuffer out) {
    return !damaged.contains(number) && memory.read(session, number, out);
  }

  @Override
  public int length(String session, long number) {
    return damaged.contains(number) ? -1 : memory.length(session, number);
  }

  @Override
  public long missing(String session, long from) {
    Long hole = damaged.ceiling(from);
    return hole == null ? next(session) : hole;
  }

  @Override
  public long kept(String session, long from) {
    long number = Math.max(from, first(session));
    while (damaged.contains(number)) {
      number++;
    }
    return number;
  }

  @Override
  public void fill(String session, long number, ByteBuffer message) {
    if (!damaged.remove(number)) {
      throw new IllegalArgumentException("nothing is missing at message " + number);
    }
    ByteBuffer kept = ByteBuffer.allocate(memory.length(session, number));
    memory.read(session, number, kept);
    if (!kept.flip().equals(message)) {
      throw new IllegalStateException("message " + number + " is filled with another");
    }
  }

  @Override
  public void force() {
    for (String session : memory.sessions()) {
      durable.put(session, memory.next(session));
    }
    isDirty = false;
  }

  /** A message as it was kept; empty if it is not. */
  byte[] message(String session, long number) {
    ByteBuffer out = ByteBuffer.allocate(Math.max(0, length(session, number)));
    read(session, number, out);
    return out.array();
  }
}
