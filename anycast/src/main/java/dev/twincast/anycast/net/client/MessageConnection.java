package dev.twincast.anycast.net.client;

import dev.twincast.anycast.frame.Pipeline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the message service, shared by many callers.
 *
 * <pre>
 *   CONNECTING --> OPEN --> LEAVING (no more requests) --> CLOSED
 * </pre>
 *
 * <p>A caller that finds nobody writing writes what is queued, its own request and others', after
 * it has let others run if there are any. Nobody waits here. The lock guards pipeline and phase,
 * and is not held during input and output.
 */
public final class MessageConnection implements MessageChannel.User, Dial.Listener {

  private enum Phase {
    CONNECTING,
    OPEN,
    LEAVING,
    CLOSED
  }

  /** What the connection tells, without its lock. */
  public interface Owner {
    /** So many calls were answered, after these times. */
    void onAnswers(MessageConnection from, long[] latencies, int count);

    /** A call ended without an answer. */
    void onUnanswered(MessageConnection from, boolean written);

    /** The replica said that it goes away. */
    void onLeaving(MessageConnection from);

    /** What came is not the message service. */
    void onMalformed(MessageConnection from);

    /**
     * It is closed.
     *
     * @param broken answers were owed, or it never came to be
     */
    void onClosed(MessageConnection from, boolean broken);
  }

  private final Loop loop;
  private final InetSocketAddress replica;
  private final Owner owner;

  private final ReentrantLock lock = new ReentrantLock();
  private final Pipeline<Parcel> pipeline; // guarded by lock
  private Phase phase = Phase.CONNECTING; // guarded by lock
  private boolean writing; // guarded by lock; whoever sets it writes
  private boolean halfClose; // guarded by lock: when all is written

  private final List<Parcel> answered = new ArrayList<>(); // loop thread only
  private long[] latencies = new long[16]; // loop thread only
  private volatile @Nullable MessageChannel channel;
  private volatile int owed;
  private volatile long lastHeard = System.nanoTime();

  /** Not connected yet: what is offered before is written as soon as it is. */
  public MessageConnection(Loop loop, InetSocketAddress replica, int maxReplyBytes, Owner owner) {
    this.loop = loop;
    this.replica = replica;
    this.owner = owner;
    this.pipeline = new Pipeline<>(maxReplyBytes);
  }

  /**
   * Begins to connect; once.
   *
   * @param tooLate the reason to give when it takes longer than the limit
   */
  public void dial(long limitNanos, IOException tooLate) {
    try {
      Dial dial = Dial.start(loop, replica, this);
      if (channel == null) {
        loop.after(limitNanos, () -> dial.fail(tooLate));
      }
    } catch (IOException e) {
      onFailed(e);
    }
  }

  /** To whom. */
  public InetSocketAddress replica() {
    return replica;
  }

  /** How many parcels it has, written or not. */
  public int owed() {
    return owed;
  }

  /** Takes a parcel, and perhaps writes it. False if it has too many, or takes no more. */
  public boolean offer(Parcel parcel) {
    boolean write;
    lock.lock();
    try {
      boolean live = phase == Phase.CONNECTING || phase == Phase.OPEN;
      if (!live || !pipeline.offer(parcel)) {
        return false;
      }
      owed = pipeline.owed();
      write = phase == Phase.OPEN && startWriting();
    } finally {
      lock.unlock();
    }
    if (write) {
      letOthersOffer();
      write();
    }
    return true;
  }

  /**
   * Replies come many at a time and wake as many callers. Who runs first writes for those who are
   * about to offer too: one system call for all, where each is dearer than the rest of a call.
   */
  @SuppressWarnings("ThreadPriorityCheck") // nothing but speed depends on it
  private void letOthersOffer() {
    if (owed > 1) {
      Thread.yield();
    }
  }

  /**
   * The parcel's call has ended. When this returns nobody reads the request's bytes any more: they
   * are not written, or what is not yet written of them was copied.
   */
  public void abandon(Parcel parcel) {
    lock.lock(); // so not while it is being copied
    try {
      parcel.abandon();
    } finally {
      lock.unlock();
    }
  }

  /** Wakes all who wait for a reply: the replica has fallen silent. */
  public void wakeCallers() {
    List<Parcel> awaited;
    lock.lock();
    try {
      awaited = pipeline.awaited();
    } finally {
      lock.unlock();
    }
    awaited.forEach(Parcel::wake);
  }

  /** When the oldest unanswered parcel was written, if nothing was heard since. */
  public OptionalLong silentSince() {
    lock.lock();
    try {
      Optional<Parcel> oldest = pipeline.oldestAwaited();
      return oldest.isEmpty() || lastHeard - oldest.get().writtenAt() >= 0
          ? OptionalLong.empty()
          : OptionalLong.of(oldest.get().writtenAt());
    } finally {
      lock.unlock();
    }
  }

  /** True if nothing is owed and nothing was heard for so long. */
  public boolean isIdle(long now, long nanos) {
    return owed == 0 && now - lastHeard >= nanos;
  }

  /**
   * Takes no more parcels. Those not written are taken back; when the others are answered, closes.
   */
  public void retire() {
    leave(false);
  }

  /** Closes at once; for no fault of the replica. */
  public void close(IOException reason) {
    close(reason, false);
  }

  @Override
  public void onConnected(SocketChannel connected) {
    var opened = new MessageChannel(loop, connected, this);
    channel = opened;
    boolean write;
    lock.lock();
    try {
      if (phase != Phase.CONNECTING) {
        Dial.closeQuietly(connected);
        return;
      }
      lastHeard = System.nanoTime();
      phase = Phase.OPEN;
      write = startWriting();
    } finally {
      lock.unlock();
    }
    opened.open();
    if (write) {
      opened.write();
    }
  }

  @Override
  public void onFailed(IOException reason) {
    close(reason, true);
  }

  /** With the lock. True if the caller is to write now. */
  private boolean startWriting() {
    if (writing || !(pipeline.hasUnsent() || halfClose)) {
      return false;
    }
    writing = true;
    return true;
  }

  private void write() {
    MessageChannel connected = channel;
    if (connected == null) {
      throw new IllegalStateException("not connected");
    }
    connected.write();
  }

  @Override
  public boolean fill(ByteBuffer out) throws IOException {
    List<Parcel> dropped = new ArrayList<>(0);
    boolean something; // once nobody is writing, the buffer may be the next one's
    boolean shutdown;
    lock.lock();
    try {
      out.clear();
      pipeline.fill(out, dropped);
      out.flip();
      owed = pipeline.owed();
      something = out.hasRemaining();
      writing = something;
      shutdown = !something && halfClose;
      halfClose &= something;
    } finally {
      lock.unlock();
    }
    for (Parcel _ : dropped) {
      owner.onUnanswered(this, false);
    }
    MessageChannel connected = channel;
    if (shutdown && connected != null) {
      connected.shutdownOutput();
    }
    return something;
  }

  @Override
  public void onEnd(IOException reason) {
    close(reason, true);
  }

  /** What came, in one go: callers are woken when the lock is free again. */
  @Override
  public void take(ByteBuffer in) {
    lastHeard = System.nanoTime();
    Optional<String> complaint;
    boolean leaves;
    boolean write;
    lock.lock();
    try {
      complaint = pipeline.take(in, this::keep);
      owed = pipeline.owed();
      leaves = pipeline.isLeaving() && phase == Phase.OPEN;
      write = phase == Phase.OPEN && !leaves && startWriting();
    } finally {
      lock.unlock();
    }
    finishAnswered();
    if (complaint.isPresent()) {
      owner.onMalformed(this);
      close(new ProtocolException("sent " + complaint.get()), true);
    } else if (leaves) {
      owner.onLeaving(this);
      leave(true);
    } else if (write) {
      write();
    } else {
      closeIfDone();
    }
  }

  /** With the lock. */
  private void keep(Parcel parcel, byte[] reply) {
    parcel.keep(reply);
    answered.add(parcel);
  }

  private void finishAnswered() {
    int calls = 0;
    if (latencies.length < answered.size()) {
      latencies = Arrays.copyOf(latencies, 2 * answered.size());
    }
    for (Parcel parcel : answered) {
      if (!parcel.isPing()) {
        latencies[calls++] = lastHeard - parcel.writtenAt();
      }
      parcel.answer();
    }
    answered.clear();
    if (calls > 0) {
      owner.onAnswers(this, latencies, calls);
    }
  }

  /**
   * Takes no more parcels, and takes back those that are not written.
   *
   * @param tell half-close when all is written, so that the replica knows that nothing more comes
   */
  private void leave(boolean tell) {
    List<Parcel> takenBack;
    boolean write = false;
    lock.lock();
    try {
      if (phase == Phase.CLOSED || phase == Phase.LEAVING) {
        return;
      }
      boolean connected = phase == Phase.OPEN;
      phase = Phase.LEAVING;
      takenBack = pipeline.takeUnsent();
      owed = pipeline.owed();
      halfClose = tell;
      write = connected && startWriting();
    } finally {
      lock.unlock();
    }
    giveBack(takenBack, new IOException("goes away"));
    if (write) {
      write();
    }
    closeIfDone();
  }

  private void closeIfDone() {
    boolean done;
    lock.lock();
    try {
      done = phase == Phase.LEAVING && pipeline.owed() == 0 && !writing;
    } finally {
      lock.unlock();
    }
    if (done) {
      close(new IOException("goes away"), false);
    }
  }

  private void giveBack(List<Parcel> parcels, IOException reason) {
    for (Parcel parcel : parcels) {
      if (!parcel.isPing()) {
        owner.onUnanswered(this, false);
      }
      parcel.fail(reason, true);
    }
  }

  private void close(IOException reason, boolean replicasFault) {
    List<Parcel> unsent;
    List<Parcel> unanswered;
    boolean unread;
    boolean broken;
    lock.lock();
    try {
      if (phase == Phase.CLOSED) {
        return;
      }
      unsent = pipeline.takeUnsent();
      unanswered = pipeline.takeAwaited();
      unread = pipeline.hasLastWord();
      broken =
          replicasFault
              && (phase == Phase.CONNECTING || (phase == Phase.OPEN && !unanswered.isEmpty()));
      phase = Phase.CLOSED;
      owed = 0;
    } finally {
      lock.unlock();
    }
    MessageChannel connected = channel;
    if (connected != null) {
      connected.close();
    }
    owner.onClosed(this, broken);
    giveBack(unsent, reason);
    for (Parcel parcel : unanswered) {
      if (!parcel.isPing()) {
        owner.onUnanswered(this, true);
      }
      parcel.fail(reason, unread);
    }
  }
}
