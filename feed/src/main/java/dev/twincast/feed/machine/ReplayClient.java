package dev.twincast.feed.machine;

import dev.twincast.feed.soup.LoginAccepted;
import dev.twincast.feed.soup.LoginRequest;
import dev.twincast.feed.soup.SoupReader;
import dev.twincast.feed.soup.SoupType;
import dev.twincast.feed.soup.SoupWriter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The client's side of a replay: one SoupBinTCP connection to a recorder, which hands over what it
 * brings to a {@link SubscriberMachine}.
 *
 * <pre>
 *   awaits ──▶ bytes into space ──▶ arrived ──▶ takeInOrder, message … ──▶ resume ──▶ awaits
 * </pre>
 *
 * <p>When the machine has no room, {@link #isBlocked}: fetch its events, then {@link #resume}. Not
 * thread-safe, but {@link #space} and {@link #message} touch what the others do not while the
 * caller reads or hands over; knows no socket and no clock.
 */
public final class ReplayClient {
  private static final long STALLED_NANOS = 1_000_000_000;

  private final SubscriberMachine subscriber;
  private final InetSocketAddress recorder;
  private final SoupReader reader;
  private final LoginRequest login;
  private boolean hasLoggedIn;
  private boolean isAccepted;
  private boolean isWaiting;
  private boolean isBlocked;
  private boolean isClosed;
  private long next;
  private long messages;
  private long waitsSince;
  private long waited; // before that, since the last message
  private long sentAt;

  /**
   * @param recorder the address that is connected to
   * @param memory for what arrives: more than twice the longest packet
   */
  public ReplayClient(
      long now, InetSocketAddress recorder, SubscriberMachine subscriber, ByteBuffer memory) {
    reader = new SoupReader(memory);
    this.subscriber = subscriber;
    this.recorder = recorder;
    login = new LoginRequest("", "", subscriber.session(), subscriber.replayFrom());
    sentAt = now;
  }

  /**
   * Says that the caller is about to wait for bytes: from now on it counts how long none come.
   *
   * @return whether there is anything to wait for; false: the connection is to be closed
   */
  public boolean awaits(long now) {
    closeIfJoined();
    if (!isWaiting && !isBlocked) {
      isWaiting = true;
      waitsSince = now;
    }
    return !isClosed;
  }

  /**
   * Where arriving bytes are to be put; call {@link #arrived} after. Has room, unless it is
   * blocked.
   */
  public ByteBuffer space() {
    return reader.space();
  }

  /** Says that bytes were put there; the time that it takes to deal with them does not count. */
  public void arrived(long now) {
    reader.arrived();
    if (isWaiting) {
      isWaiting = false;
      waited += now - waitsSince;
    }
  }

  /**
   * Takes the messages that have arrived if it is the plain case, see {@link
   * SubscriberMachine#takeReplayedInOrder}.
   *
   * @return how many: the caller hands them over, each with a call of {@link #message}, before it
   *     calls {@link #resume}
   */
  public int takeInOrder(long now) {
    if (!isAccepted || isClosed) {
      return 0;
    }
    int taken = subscriber.takeReplayedInOrder(now, next, reader.sequenced());
    took(taken);
    return taken;
  }

  /** The next of those messages: from its position to its limit, read-only, good until the next. */
  public ByteBuffer message() {
    reader.next();
    return reader.payload();
  }

  /** Goes on with what has arrived. */
  public void resume(long now) {
    isBlocked = false;
    closeIfJoined();
    while (!isClosed && !isBlocked && reader.next()) {
      switch (reader.type()) {
        case LOGIN_ACCEPTED -> accepted(now);
        case LOGIN_REJECTED -> fail(now);
        case SEQUENCED -> take(now);
        case END_OF_SESSION -> {
          subscriber.onReplayEnded(now);
          close(now);
        }
        default -> {}
      }
      closeIfJoined();
    }
    if (reader.isBroken()) {
      fail(now);
    }
  }

  private void accepted(long now) {
    Optional<LoginAccepted> accepted = reader.loginAccepted();
    if (isAccepted || accepted.isEmpty()) {
      fail(now);
      return;
    }
    isAccepted = true;
    next = accepted.get().number();
    if (!subscriber.onReplayStarted(now, recorder, accepted.get().session(), next)) {
      isClosed = true;
    }
  }

  private void take(long now) {
    if (!isAccepted) {
      fail(now);
    } else if (subscriber.onReplayed(now, next, reader.payload())) {
      took(1);
    } else {
      reader.again();
      isBlocked = true;
    }
  }

  private void took(int count) {
    next += count;
    messages += count;
    if (count > 0) {
      waited = 0;
    }
  }

  private void closeIfJoined() {
    if (isAccepted && !subscriber.isReplaying()) {
      isClosed = true;
    }
  }

  /** Says that the connection is closed from the other side, or broken. */
  public void close(long now) {
    fail(now);
  }

  private void fail(long now) {
    if (!isClosed) {
      isClosed = true;
      subscriber.onReplayFailed(now);
    }
  }

  /** Puts what is to be sent into the buffer; whether anything was. */
  public boolean pollTransmit(long now, ByteBuffer out) {
    if (!hasLoggedIn) {
      hasLoggedIn = true;
      SoupWriter.write(out, login);
    } else if (!isClosed && sentAt + ReplayServer.HEARTBEAT_NANOS - now <= 0) {
      SoupWriter.write(out, SoupType.CLIENT_HEARTBEAT);
    } else {
      return false;
    }
    sentAt = now;
    return true;
  }

  public void onTimeout(long now) {
    closeIfJoined();
    if (isWaiting && timeLimit() - now <= 0) {
      fail(now);
    }
  }

  /** A recorder that sends nothing, though there is more, may itself be behind. */
  private long timeLimit() {
    return waitsSince
        + (subscriber.highest() > next ? STALLED_NANOS - waited : ReplayServer.GONE_NANOS);
  }

  public long nextTimeout() {
    if (isClosed) {
      return Machine.NEVER;
    }
    long heartbeat = sentAt + ReplayServer.HEARTBEAT_NANOS;
    return isWaiting ? Timers.earlier(heartbeat, timeLimit()) : heartbeat;
  }

  /** Whether messages wait because the subscriber has no room for them. */
  public boolean isBlocked() {
    return isBlocked;
  }

  /** The number of the next message, once the login is accepted. */
  public long next() {
    return next;
  }

  /** How many messages were taken. */
  public long messages() {
    return messages;
  }

  /** Whether the connection is to be closed. */
  public boolean isClosed() {
    return isClosed;
  }
}
