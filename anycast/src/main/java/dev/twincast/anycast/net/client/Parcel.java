package dev.twincast.anycast.net.client;

import dev.twincast.anycast.frame.Pipeline;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One copy of a request on its way through one connection, and the reply. Several parcels of a call
 * may share a claim: the first whose connection can write takes it, the others are dropped.
 */
public final class Parcel implements Pipeline.Item {

  /** How far it has come. */
  public enum State {
    QUEUED,
    WRITTEN,
    ANSWERED,
    FAILED,
    /** Not to be written: its call has ended, or another parcel had the claim. */
    DROPPED
  }

  private final byte[] payload;
  private final boolean ping;
  private final AtomicBoolean claim;
  private final Runnable listener;
  private volatile State state = State.QUEUED;
  private volatile boolean unwanted;
  private volatile boolean taken;
  private byte[] reply = {}; // before ANSWERED
  private @Nullable IOException failure; // before FAILED
  private boolean unread; // before FAILED

  private long writtenAt; // before WRITTEN

  private Parcel(byte[] payload, boolean ping, AtomicBoolean claim, Runnable listener) {
    this.payload = payload;
    this.ping = ping;
    this.claim = claim;
    this.listener = listener;
  }

  /**
   * A copy of a request.
   *
   * @param payload read while it is queued, and not after {@link MessageConnection#abandon}
   * @param listener called whenever the state changes to an end, on any thread; it does not block
   */
  public static Parcel of(byte[] payload, AtomicBoolean claim, Runnable listener) {
    return new Parcel(payload, false, claim, listener);
  }

  /** A question whether somebody lives there: answered by a pong, with an empty reply. */
  public static Parcel ping(Runnable listener) {
    return new Parcel(new byte[0], true, new AtomicBoolean(), listener);
  }

  @Override
  public byte[] payload() {
    return payload;
  }

  @Override
  public boolean isPing() {
    return ping;
  }

  /** It was written, or at least begun, whatever has become of it since. */
  public boolean wasWritten() {
    return taken;
  }

  /** When it was written, in nanoseconds of {@link System#nanoTime}. */
  public long writtenAt() {
    return writtenAt;
  }

  /** How far it has come. */
  public State state() {
    return state;
  }

  /** Nothing more will happen to it. */
  public boolean hasEnded() {
    return state != State.QUEUED && state != State.WRITTEN;
  }

  /** The reply, once it is answered. */
  public byte[] reply() {
    return reply;
  }

  /** Why it will not be answered, once it has failed. */
  public IOException failure() {
    return failure == null ? new IOException("no reason") : failure;
  }

  /** True if the replica has certainly not read it, so that any request may be sent again. */
  public boolean isUnread() {
    return unread;
  }

  @Override
  public boolean take() {
    if (unwanted || !claim.compareAndSet(false, true)) {
      state = State.DROPPED;
      return false;
    }
    writtenAt = System.nanoTime();
    taken = true;
    state = State.WRITTEN;
    return true;
  }

  /** Keeps the reply until {@link #answer}. */
  public void keep(byte[] payload) {
    reply = payload;
  }

  /** What was kept is the reply. */
  public void answer() {
    state = State.ANSWERED;
    wake();
  }

  /**
   * It will not be answered.
   *
   * @param isUnread the replica has certainly not read it
   */
  public void fail(IOException reason, boolean isUnread) {
    failure = reason;
    unread = isUnread;
    state = State.FAILED;
    wake();
  }

  /** Its call has ended: if it was not begun to be written, it never will be. */
  void abandon() {
    unwanted = true;
  }

  /** The caller should look again at what has become of its call. */
  public void wake() {
    listener.run();
  }
}
