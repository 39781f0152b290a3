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
 * <p>When that has no room, {@link #isBlocked}: fetch its events, then {@link #resume}. Not
 * thread-safe; knows no socket and no clock.
 */
public final class ReplayClient {
  private final SubscriberMachine subscriber;
  private final InetSocketAddress recorder;
  private final SoupReader reader;
  private final LoginRequest login;
  private boolean hasLoggedIn;
  private boolean isAccepted;
  private boolean isBlocked;
  private boolean isClosed;
  private long next;
  private long messages;
  private long tookAt;
  private long heardAt;
  private long sentAt;

  /**
   * @param recorder the address that is connected to
   */
  public ReplayClient(long now, InetSocketAddress recorder, SubscriberMachine subscriber) {
    this(now, recorder, subscriber, 2 * SoupReader.MAX_PACKET_BYTES);
  }

  /**
   * @param bufferBytes how much of what arrives is held: more than twice the longest packet
   */
  public ReplayClient(
      long now, InetSocketAddress recorder, SubscriberMachine subscriber, int bufferBytes) {
    reader = new SoupReader(bufferBytes);
    this.subscriber = subscriber;
    this.recorder = recorder;
    login = new LoginRequest("", "", subscriber.session(), subscriber.replayFrom());
    heardAt = now;
    sentAt = now;
    tookAt = now;
  }

  /**
   * Where arriving bytes are to be put; call {@link #arrived} after. Has room, unless it is
   * blocked.
   */
  public ByteBuffer space() {
    return reader.space();
  }

  public void arrived(long now) {
    reader.arrived();
    heardAt = now;
    resume(now);
  }

  /** Goes on with what has arrived. */
  public void resume(long now) {
    isBlocked = false;
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
      next++;
      messages++;
      tookAt = now;
    } else {
      reader.again();
      isBlocked = true;
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
    if (!isBlocked && timeLimit() - now <= 0) {
      fail(now);
    }
  }

  /** A recorder that sends nothing, though there is more, may itself be behind. */
  private long timeLimit() {
    return subscriber.highest() > next ? tookAt + STALLED_NANOS : heardAt + ReplayServer.GONE_NANOS;
  }

  private static final long STALLED_NANOS = 1_000_000_000;

  public long nextTimeout() {
    if (isClosed) {
      return Machine.NEVER;
    }
    long heartbeat = sentAt + ReplayServer.HEARTBEAT_NANOS;
    return isBlocked ? heartbeat : Timers.earlier(heartbeat, timeLimit());
  }

  /** Whether messages wait because the subscriber has no room for them. */
  public boolean isBlocked() {
    return isBlocked;
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
