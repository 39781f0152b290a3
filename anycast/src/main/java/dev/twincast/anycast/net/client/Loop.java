package dev.twincast.anycast.net.client;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one thread of a client ({@code twincast-client}): waits for sockets and for instants, and
 * runs short tasks that never block. It begins with the first use and ends with {@link #close}.
 */
public final class Loop implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Loop.class.getName());
  private static final int READ_BYTES = 65_536;

  /** What is done when a socket can do something. */
  @FunctionalInterface
  public interface Handler {
    void onReady(SelectionKey key);
  }

  private final Selector selector;
  private final Thread thread;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final TreeSet<Timer> timers = new TreeSet<>(); // loop thread only
  private final AtomicLong timerNumbers = new AtomicLong();
  private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BYTES); // loop thread only
  private volatile boolean closed;

  public Loop() {
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot wait for sockets: too many open files?", e);
    }
    thread = Thread.ofPlatform().daemon().name("twincast-client").start(this::run);
  }

  /** Runs the task soon on the loop's thread. */
  public void execute(Runnable task) {
    tasks.add(task);
    if (Thread.currentThread() != thread) {
      selector.wakeup();
    }
  }

  /** Has the selector look again at once. */
  void wakeup() {
    selector.wakeup();
  }

  /** Runs the task on the loop's thread after this time, unless it is cancelled before. */
  public Timer after(long nanos, Runnable task) {
    var timer = new Timer(System.nanoTime() + nanos, timerNumbers.incrementAndGet(), task);
    execute(() -> timers.add(timer));
    return timer;
  }

  /** Registers a channel; in a task. Its key of before may be cancelled. */
  public SelectionKey register(SelectableChannel channel, int operations, Handler handler)
      throws IOException {
    SelectionKey former = channel.keyFor(selector);
    if (former != null && !former.isValid()) {
      selector.selectNow(Loop::handle); // only then a cancelled key is forgotten
    }
    return channel.register(selector, operations, handler);
  }

  /** Empty, for the time of one call on the loop's thread. */
  public ByteBuffer readBuffer() {
    return readBuffer.clear();
  }

  /** Ends the thread soon. Tasks that have not run will not. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
  }

  private void run() {
    try (selector) {
      while (!closed) {
        if (tasks.isEmpty()) {
          selector.select(Loop::handle, millisToNextTimer());
        } else {
          selector.selectNow(Loop::handle);
        }
        runTasks();
        runTimers();
      }
    } catch (IOException e) {
      LOG.log(WARNING, "cannot wait for sockets any more", e);
    }
  }

  private static void handle(SelectionKey key) {
    try {
      ((Handler) key.attachment()).onReady(key);
    } catch (RuntimeException e) {
      LOG.log(WARNING, "a connection is given up", e);
      key.cancel();
    }
  }

  private long millisToNextTimer() {
    if (timers.isEmpty()) {
      return 0; // no limit
    }
    long nanos = timers.first().at - System.nanoTime();
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      runSafely(task);
    }
  }

  private void runTimers() {
    long now = System.nanoTime();
    while (!timers.isEmpty() && timers.first().at - now <= 0) {
      runSafely(timers.removeFirst().task);
    }
  }

  private static void runSafely(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.log(WARNING, "a task failed", e);
    }
  }

  /** A task for an instant. */
  public final class Timer implements Comparable<Timer> {
    private final long at;
    private final long number;
    private final Runnable task;

    Timer(long at, long number, Runnable task) {
      this.at = at;
      this.number = number;
      this.task = task;
    }

    /** Drops the task; it may be running already. */
    public void cancel() {
      tasks.add(() -> timers.remove(this)); // no hurry
    }

    @Override
    public int compareTo(Timer other) {
      int byTime = Long.compare(at - other.at, 0);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }
}
