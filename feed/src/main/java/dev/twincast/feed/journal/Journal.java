package dev.twincast.feed.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A store on a disk, which a process that is killed, or a machine that loses power, leaves in a
 * state that the next {@link #open} can go on from: {@link Fsync} says with what.
 *
 * <p>A damaged record (bits that changed on the disk) is never returned. It and what follows it in
 * its segment is not kept any more; {@link #missing} tells it after a read has met it.
 *
 * <p>After a failure to write, as on a full disk, all that was kept still is, and appending can go
 * on when there is room. After a failure to force, a session is only read: what the operating
 * system then still has is not known.
 *
 * <p>Not thread-safe; writes and forces on the caller's thread, and an interrupt of it does not
 * disturb them. Memory: at most 4 MiB, 128 KiB and an open file for each session that is appended
 * to, until it is released, and up to 12 KiB for each segment that was read. It holds {@value
 * #MAX_SESSIONS} sessions at most.
 */
public final class Journal implements Store, AutoCloseable {
  static final int MAX_SESSIONS = 1024;
  private static final Duration RETENTION_CHECK = Duration.ofSeconds(1);

  private final Disk disk;
  private final JournalSettings settings;
  private final InstantSource clock;
  private final SegmentFiles files;
  private final Map<String, SessionLog> logs = new HashMap<>();
  private boolean forceIsDue; // under the policy interval: something waits to be forced
  private long forceTime;
  private boolean retentionChecked;
  private long retentionTime;
  private boolean closed;

  private Journal(
      Disk disk, JournalSettings settings, InstantSource clock, RandomGenerator random) {
    this.disk = disk;
    this.settings = settings;
    this.clock = clock;
    files = new SegmentFiles(disk, settings, clock, random);
  }

  /**
   * Opens the journal in a directory, which is made if it is not there and belongs to this process
   * until the journal is closed. Takes as long as reading the last segment of each session.
   *
   * @throws IOException if it is in use, or cannot be read
   */
  public static Journal open(Path directory, JournalSettings settings) throws IOException {
    return open(
        DirectoryDisk.open(directory), settings, InstantSource.system(), new SecureRandom());
  }

  /** Opens the journal on a disk, which is closed with it. */
  static Journal open(
      Disk disk, JournalSettings settings, InstantSource clock, RandomGenerator random)
      throws IOException {
    var journal = new Journal(disk, settings, clock, random);
    try {
      journal.recover();
      return journal;
    } catch (IOException | RuntimeException e) {
      disk.close();
      throw e;
    }
  }

  private void recover() throws IOException {
    Map<String, List<SegmentName>> sessions =
        disk.list().stream()
            .flatMap(file -> SegmentName.parse(file).stream())
            .sorted(Comparator.comparingLong(SegmentName::first))
            .collect(
                Collectors.groupingBy(SegmentName::session, TreeMap::new, Collectors.toList()));
    for (List<SegmentName> names : sessions.values()) {
      logs.put(names.getFirst().session(), SessionLog.recover(files, names));
    }
  }

  @Override
  public Set<String> sessions() {
    return Set.copyOf(logs.keySet());
  }

  @Override
  public long first(String session) {
    return ask(session, SessionLog::first);
  }

  @Override
  public long next(String session) {
    return ask(session, SessionLog::next);
  }

  @Override
  public long used(String session) {
    return ask(session, SessionLog::used);
  }

  @Override
  public boolean takes(String session) {
    return logs.size() < MAX_SESSIONS || logs.containsKey(session);
  }

  @Override
  public long durable(String session) {
    return ask(session, SessionLog::durable);
  }

  /** What a session's log says; 1 of a session that is not kept. */
  private long ask(String session, ToLongFunction<SessionLog> question) {
    SessionLog log = logs.get(session);
    return log == null ? 1 : question.applyAsLong(log);
  }

  @Override
  public void append(String session, ByteBuffer message) throws IOException {
    requireStorable(message);
    SessionLog log = logs.get(session);
    if (log == null) {
      log = begin(session, 1);
    }
    log.append(message);
  }

  private SessionLog begin(String session, long number) throws IOException {
    if (!takes(session)) {
      throw new IOException(
          "the journal holds %,d sessions, which is the most: session \"%s\" is one too many (move files of old sessions elsewhere, or use another folder)"
              .formatted(MAX_SESSIONS, session));
    }
    SessionLog log = SessionLog.begin(files, session, number);
    logs.put(session, log);
    return log;
  }

  private static void requireStorable(ByteBuffer message) {
    if (message.remaining() > Records.MAX_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "a message of "
              + message.remaining()
              + " bytes is longer than "
              + Records.MAX_MESSAGE_BYTES);
    }
  }

  @Override
  public void skipTo(String session, long number) throws IOException {
    requireAhead(session, number);
    SessionLog log = logs.get(session);
    if (log == null) {
      begin(session, number);
    } else {
      log.skipTo(number);
    }
  }

  @Override
  public void leap(String session, long number) throws IOException {
    requireAhead(session, number);
    SessionLog log = logs.get(session);
    if (log == null) {
      begin(session, number);
    } else {
      log.leap(number);
    }
  }

  private void requireAhead(String session, long number) {
    if (number <= next(session)) {
      throw new IllegalArgumentException(
          "cannot skip to message " + number + ": the next is " + next(session));
    }
  }

  @Override
  public void release(String session) throws IOException {
    SessionLog log = logs.get(session);
    if (log != null) {
      log.seal();
    }
  }

  @Override
  public boolean read(String session, long number, ByteBuffer out) throws IOException {
    SessionLog log = logs.get(session);
    return log != null && log.read(number, out);
  }

  @Override
  public int length(String session, long number) throws IOException {
    SessionLog log = logs.get(session);
    return log == null ? -1 : log.length(number);
  }

  @Override
  public long missing(String session, long from) {
    SessionLog log = logs.get(session);
    return log == null ? 1 : log.missing(from);
  }

  @Override
  public long kept(String session, long from) {
    SessionLog log = logs.get(session);
    return log == null ? 1 : log.kept(from);
  }

  @Override
  public void fill(String session, long number, ByteBuffer message) throws IOException {
    requireStorable(message);
    SessionLog log = logs.get(session);
    if (log == null) {
      throw new IllegalArgumentException("nothing is kept of session \"" + session + "\"");
    }
    log.fill(number, message);
  }

  @Override
  public void commit(long now) throws IOException {
    switch (settings.fsync()) {
      case Fsync.Always() -> force();
      case Fsync.Interval(Duration every) -> {
        each(SessionLog::write);
        commitWithin(every, now);
      }
      case Fsync.Never() -> each(SessionLog::write);
    }
    if (!retentionChecked || now - retentionTime >= RETENTION_CHECK.toNanos()) {
      retentionChecked = true;
      retentionTime = now;
      deleteOld();
      deleteExcess();
    }
  }

  private void commitWithin(Duration every, long now) throws IOException {
    if (!forceIsDue && isUnforced()) {
      forceIsDue = true;
      forceTime = now + every.toNanos();
    }
    if (forceIsDue && now - forceTime >= 0) {
      force();
    }
  }

  private boolean isUnforced() {
    for (SessionLog log : logs.values()) {
      if (log.isUnforced()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long nextTimeout() {
    return forceIsDue ? forceTime : Long.MAX_VALUE;
  }

  @Override
  public void force() throws IOException {
    each(SessionLog::force);
    forceIsDue = false;
  }

  @FunctionalInterface
  private interface Step {
    void on(SessionLog log) throws IOException;
  }

  /** Does it with each session, also when it fails with one; then throws the first failure. */
  private void each(Step step) throws IOException {
    IOException failure = null;
    for (SessionLog log : logs.values()) {
      try {
        step.on(log);
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void deleteOld() throws IOException {
    long oldest = clock.millis() - settings.retainedAge().toMillis();
    each(log -> log.deleteBefore(oldest));
  }

  private void deleteExcess() throws IOException {
    long excess = bytes() - settings.retainedBytes();
    while (excess > 0) {
      SessionLog log = withOldestSegment();
      if (log == null) {
        return;
      }
      long before = log.bytes();
      log.deleteOldest();
      excess -= before - log.bytes();
    }
  }

  private @Nullable SessionLog withOldestSegment() {
    return logs.values().stream()
        .filter(SessionLog::hasOldSegment)
        .min(Comparator.comparingLong(SessionLog::oldestMillis))
        .orElse(null);
  }

  /** On the disk; the last segments' unused space is not counted. */
  @Override
  public long bytes() {
    return logs.values().stream().mapToLong(SessionLog::bytes).sum();
  }

  /**
   * Forces what was appended, and lets the directory go; does nothing the second time.
   *
   * @throws IOException if not all could be forced; it is closed nevertheless
   */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (disk) {
      try {
        force();
        each(SessionLog::seal);
      } finally {
        files.readAhead().close();
        each(SessionLog::close);
      }
    }
  }
}
