package dev.twincast.feed.drive;

import static java.lang.System.Logger.Level.WARNING;

import dev.twincast.feed.journal.Journal;
import dev.twincast.feed.journal.Store;
import dev.twincast.feed.machine.Channel;
import dev.twincast.feed.machine.Machine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs one machine: a lock around it, a clock for it, and its datagrams.
 *
 * <p>Whoever calls the machine holds {@link #lock}, and takes a {@link #turn} afterwards: what the
 * machine wants to be sent is sent by that thread, unless another is sending, which then sees to it
 * (natural batching: what comes meanwhile gathers, and no timer delays it). A thread of its own,
 * {@code twincast-feed-NAME}, keeps the machine's time, and one more waits for its mail.
 */
public final class Driver implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Driver.class.getPackageName());

  /** How long the clock lets gather what is in no hurry, while there is a stream of it. */
  private static final long NAP_NANOS = 50_000;

  /** Who has something else to do does not send a whole stream for others. */
  private static final int MAX_BATCHES = 4;

  private final String name;
  private final Machine machine;
  private final Runnable afterwards;
  private final SimulatedLoss loss;
  private final Mailbox mailbox;
  private final Optional<Store> store; // guarded by lock

  private final ReentrantLock lock = new ReentrantLock();

  /** The machine has got on: there is room, or something new in its store. */
  private final Condition progress = lock.newCondition();

  // Guarded by lock. While isSending is true, outgoing belongs to the thread that set it. While
  // isHurried is true, the clock's thread is awake, napping or being woken.
  private final Outgoing outgoing;
  private boolean isSending;
  private boolean isHurried;
  private volatile boolean isNapping; // written with the lock
  private long wakesAt;

  private @Nullable Thread clock; // written once; its first lock shows it to others
  private volatile boolean isClosed; // written with the lock
  private final LongAdder sendFailures = new LongAdder();
  private final Set<String> logged = ConcurrentHashMap.newKeySet();

  /**
   * A driver that is still to be started.
   *
   * @param name of the threads
   * @param packetBytes the longest packet that the machine sends
   * @param store the machine's, which is committed in each turn, before anything is sent
   * @param channels from now on the driver's, which closes them
   * @param afterwards is called without the lock after each turn: fetches the machine's events
   */
  public Driver(
      String name,
      Machine machine,
      Optional<Store> store,
      int packetBytes,
      GroupPort group,
      Map<Channel, DatagramChannel> channels,
      SimulatedLoss loss,
      Runnable afterwards)
      throws IOException {
    this.name = name;
    this.machine = machine;
    this.store = store;
    this.afterwards = afterwards;
    this.loss = loss;
    mailbox = new Mailbox("twincast-feed-" + name, machine, channels, loss, this::openMail);
    outgoing = new Outgoing(packetBytes, group, channels);
    wakesAt = System.nanoTime();
  }

  public void start() {
    clock = Thread.ofPlatform().daemon().name("twincast-feed-" + name).unstarted(this::keepTime);
    clock.start();
    mailbox.start();
  }

  /** Guards the machine. */
  public ReentrantLock lock() {
    return lock;
  }

  /** With the lock: waits until the machine has got on, for so long at most. */
  @SuppressWarnings("WaitNotInLoop") // callers look again, whatever woke them
  public void awaitProgress(long nanos) throws InterruptedException {
    if (nanos > 0) {
      var _ = progress.awaitNanos(nanos);
    }
  }

  /** With the lock: says that the machine has got on, though nothing was sent. */
  public void signalProgress() {
    progress.signalAll();
  }

  /** A datagram that came by the group, or by one of the machine's sockets. */
  public void onDatagram(
      Channel channel, InetSocketAddress from, ByteBuffer packet, boolean isLastOfBatch) {
    if (!isDropped()) {
      lock.lock();
      try {
        machine.onDatagram(System.nanoTime(), channel, from, packet);
      } finally {
        lock.unlock();
      }
    }
    if (isLastOfBatch) {
      turn();
    }
  }

  /** Whether the simulated loss hits a datagram that has come. */
  boolean isDropped() {
    return loss.hits();
  }

  /** Sends what is to be sent, and tells what is to be told. Call it without the lock. */
  public void turn() {
    turn(false);
  }

  /**
   * Sends what is to be sent, and leaves it to the clock's thread to tell what is to be told: for a
   * user's thread, which must not be called back. Call it without the lock.
   */
  public void send() {
    lock.lock();
    try {
      send(false);
      sendSoon();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void turn(boolean isClock) {
    lock.lock();
    try {
      send(isClock);
      hurryClock();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
    afterwards.run();
  }

  /**
   * Leaves sending to the clock's thread, which does it soon: at once if there was nothing to do
   * for a while, else after a nap, in which more may gather. Call it with the lock.
   */
  public void sendSoon() {
    if (!isHurried) {
      isHurried = true;
      if (!isNapping) {
        wakeClock();
      }
    }
  }

  /** With the lock: whether sending was left to the clock's thread, which has not begun yet. */
  public boolean isHurried() {
    return isHurried;
  }

  /** The same, without a nap: enough has gathered. */
  public void sendNow() {
    isHurried = true;
    isNapping = false;
    wakeClock();
  }

  /** The clock has something to do earlier than it thinks: it looks again before it sleeps. */
  private void wakeClock() {
    if (Thread.currentThread() != clock) {
      LockSupport.unpark(clock);
    }
  }

  /** How often a datagram could not be sent. */
  public long sendFailures() {
    return sendFailures.sum();
  }

  public boolean isClosed() {
    return isClosed;
  }

  /** Ends the threads, closes the sockets. Idempotent. */
  @Override
  public void close() {
    lock.lock();
    try {
      isClosed = true;
      wakeClock();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
    closeQuietly(mailbox);
  }

  /**
   * Makes durable what the store has, and closes it if it is a journal. To be called once, when
   * nobody serves from it any more.
   */
  public void closeStore() throws IOException {
    lock.lock();
    try {
      if (store.isPresent()) {
        store.get().force();
        if (store.get() instanceof Journal journal) {
          journal.close();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** The clock sends all there is; others a few batches, and leave the rest to it. */
  private void send(boolean isClock) {
    if (isSending) {
      return; // that thread asks the machine again before it stops, or has the clock do so
    }
    isSending = true;
    try {
      int batches = 0;
      while (!isClosed && (isClock || batches < MAX_BATCHES) && fill()) {
        lock.unlock();
        try {
          outgoing.send();
        } catch (IOException e) {
          failed(e);
        } finally {
          lock.lock();
        }
        progress.signalAll();
        batches++;
      }
      if (!isClock && batches == MAX_BATCHES) {
        sendNow();
      }
    } finally {
      isSending = false;
    }
  }

  private boolean fill() {
    long now = System.nanoTime();
    mailbox.look(now);
    if (store.isPresent()) {
      try {
        store.get().commit(now);
      } catch (IOException e) {
        // It stays in memory, is not called durable, and is tried again in the next turn.
        logOnce("cannot write its journal", e);
      }
    }
    return outgoing.fill(machine, now);
  }

  private void logOnce(String what, IOException e) {
    if (logged.add(what)) {
      LOG.log(WARNING, name + " " + what + " (said once): " + e);
    }
  }

  private void failed(IOException e) {
    if (!isClosed) {
      logOnce("cannot send, which looks like loss to others", e);
      sendFailures.increment();
    }
  }

  private void hurryClock() {
    long next = nextTimeout();
    if (next != Machine.NEVER && (wakesAt == Machine.NEVER || next - wakesAt < 0)) {
      wakeClock();
    }
  }

  private long nextTimeout() {
    long next = machine.nextTimeout();
    long commit = store.isPresent() ? store.get().nextTimeout() : Machine.NEVER;
    if (next == Machine.NEVER || commit == Machine.NEVER) {
      return next == Machine.NEVER ? commit : next;
    }
    return next - commit < 0 ? next : commit;
  }

  private void keepTime() {
    lock.lock();
    try {
      while (!isClosed) {
        boolean wasHurried = isHurried;
        isHurried = false;
        long now = System.nanoTime();
        if (isDue(now)) {
          mailbox.open(now); // an answer that has come is not late
          machine.onTimeout(now);
        }
        lock.unlock();
        try {
          turn(true);
        } finally {
          lock.lock();
        }
        sleep(wasHurried);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isDue(long now) {
    long next = machine.nextTimeout();
    return next != Machine.NEVER && next - now <= 0;
  }

  private void sleep(boolean isStream) {
    wakesAt = nextTimeout();
    if (isClosed || (isHurried && !isStream)) {
      return;
    }
    boolean isForEver = wakesAt == Machine.NEVER && !isStream;
    long nanos = wakesAt == Machine.NEVER ? NAP_NANOS : wakesAt - System.nanoTime();
    if (nanos <= 0) {
      return;
    }
    isNapping = isStream;
    var _ = Thread.interrupted(); // by a handler, which ran on this thread: it would not sleep
    lock.unlock();
    try {
      if (isForEver) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, isStream ? Math.min(nanos, NAP_NANOS) : nanos);
      }
    } finally {
      lock.lock();
    }
    isNapping = false;
  }

  /** Opens the mail, unless another thread has the lock: then that one looks, or the clock. */
  private boolean openMail() {
    if (lock.tryLock()) {
      try {
        mailbox.open(System.nanoTime());
      } finally {
        lock.unlock();
      }
      turn();
      return true;
    }
    if (!isNapping) {
      wakeClock();
    }
    return false;
  }

  static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // It is closed nevertheless, and nobody waits for anything on it.
    }
  }
}
