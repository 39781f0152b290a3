package dev.twincast.feed.machine;

import dev.twincast.feed.journal.Store;
import dev.twincast.feed.mold.Session;
import dev.twincast.feed.soup.LoginAccepted;
import dev.twincast.feed.soup.LoginRequest;
import dev.twincast.feed.soup.RejectReason;
import dev.twincast.feed.soup.SoupReader;
import dev.twincast.feed.soup.SoupType;
import dev.twincast.feed.soup.SoupWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of a replay: one SoupBinTCP connection. Bytes that arrive go into {@link
 * #space}; {@link #pollTransmit} gives what to write, as much as the caller has room for, so a slow
 * client costs one buffer.
 *
 * <p>Not thread-safe; knows no socket and no clock.
 */
public final class ReplayServer {
  /** What there is to be replayed. */
  public interface Source {
    Store store();

    /** What a login without a session means. */
    Optional<Session> currentSession();

    /** Whether there is anything of it, and it may be replayed. */
    boolean isServed(Session session);

    /** The number behind the last message that may be replayed. */
    long end(Session session);

    /** Whether a session has ended, and all of it is in the store. */
    boolean isEnded(Session session);

    /** Takes note of a replay that begins; the client wants all messages from a number on. */
    default void begins(long now, ReplayServer replay, long wanted) {}
  }

  // SoupBinTCP: a heartbeat after one second of silence; gone after fifteen.
  static final long HEARTBEAT_NANOS = 1_000_000_000;
  static final long GONE_NANOS = 15_000_000_000L;

  private final Source source;
  private final SoupReader reader = new SoupReader(ByteBuffer.allocate(READER_BYTES));
  private @Nullable Session session;
  private @Nullable RejectReason rejected;
  private boolean isAccepted;
  private boolean hasToldEnd;
  private boolean isClosed;
  private long next;
  private long heardAt;
  private long sentAt;
  private long messages;

  /** Clients say little: a login, heartbeats, a logout. */
  private static final int READER_BYTES = 4096;

  public ReplayServer(long now, Source source) {
    this.source = source;
    heardAt = now;
    sentAt = now;
  }

  /** Where arriving bytes are to be put; call {@link #arrived} after. */
  public ByteBuffer space() {
    return reader.space();
  }

  public void arrived(long now) {
    reader.arrived();
    heardAt = now;
    while (!isClosed && reader.next()) {
      switch (reader.type()) {
        case LOGIN_REQUEST -> login(now);
        case LOGOUT -> isClosed = true;
        default -> {}
      }
    }
    isClosed |= reader.isBroken();
  }

  private void login(long now) {
    Optional<LoginRequest> login = reader.loginRequest();
    if (session != null || login.isEmpty()) {
      isClosed = true;
      return;
    }
    LoginRequest request = login.get();
    Store store = source.store();
    session = request.session().or(source::currentSession).orElse(null);
    if (session == null || !source.isServed(session)) {
      rejected = RejectReason.NO_SESSION;
      return;
    }
    long wanted = request.number() == 0 ? source.end(session) : request.number();
    next = Math.max(wanted, store.first(session.name()));
    source.begins(now, this, wanted);
  }

  /**
   * Puts what is to be sent into the buffer, as much as fits.
   *
   * @param out with room for at least one message, and {@link SoupWriter#MAX_CONTROL_BYTES}
   * @return whether anything was put
   */
  public boolean pollTransmit(long now, ByteBuffer out) throws IOException {
    int before = out.position();
    if (rejected != null && !isClosed) {
      SoupWriter.write(out, rejected);
      isClosed = true;
    } else if (session != null && !isClosed) {
      if (isAccepted) {
        replay(session, out);
      } else {
        // Alone, so in a segment of its own: Wireshark takes what follows for a new TCP stream, and
        // would begin to read it in the middle of a packet.
        SoupWriter.write(out, new LoginAccepted(session, next));
        isAccepted = true;
      }
      if (out.position() == before && sentAt + HEARTBEAT_NANOS - now <= 0) {
        SoupWriter.write(out, SoupType.SERVER_HEARTBEAT);
      }
    }
    if (out.position() == before) {
      return false;
    }
    sentAt = now;
    return true;
  }

  private void replay(Session session, ByteBuffer out) throws IOException {
    Store store = source.store();
    String name = session.name();
    long end = source.end(session);
    if (next < store.first(name)) {
      // Forgotten while the client was slow. It logs in again, and is told what there is.
      isClosed = true;
      return;
    }
    while (next < end) {
      if (!put(store, name, out)) {
        return;
      }
      next++;
      messages++;
    }
    if (source.isEnded(session) && out.remaining() >= SoupWriter.HEADER_BYTES) {
      SoupWriter.write(out, SoupType.END_OF_SESSION);
      hasToldEnd = true;
      isClosed = true;
    }
  }

  /** Puts the next message behind room for its header, which says how long it is. */
  private boolean put(Store store, String name, ByteBuffer out) throws IOException {
    int start = out.position();
    if (out.remaining() < SoupWriter.HEADER_BYTES) {
      return false;
    }
    out.position(start + SoupWriter.HEADER_BYTES);
    boolean isRead = store.read(name, next, out);
    int end = out.position();
    out.position(start);
    if (isRead) {
      SoupWriter.header(out, SoupType.SEQUENCED, end - start - SoupWriter.HEADER_BYTES);
      out.position(end);
    }
    return isRead;
  }

  public void onTimeout(long now) {
    isClosed |= heardAt + GONE_NANOS - now <= 0;
  }

  public long nextTimeout() {
    if (isClosed) {
      return Machine.NEVER;
    }
    long gone = heardAt + GONE_NANOS;
    return isAccepted ? Timers.earlier(gone, sentAt + HEARTBEAT_NANOS) : gone;
  }

  /** Says that the client has closed its side. */
  public void close() {
    isClosed = true;
  }

  /** Whether the connection is to be closed, once all is written. */
  public boolean isClosed() {
    return isClosed;
  }

  /** Whether the end of the session was put. The client closes the connection then. */
  public boolean hasToldEnd() {
    return hasToldEnd;
  }

  /** The number of the message to be put next. */
  long next() {
    return next;
  }

  /** How many messages were put. */
  public long messages() {
    return messages;
  }
}
