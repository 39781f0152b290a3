package dev.twincast.feed.machine;

import dev.twincast.feed.journal.Store;
import dev.twincast.feed.mold.Downstream;
import dev.twincast.feed.mold.DownstreamWriter;
import dev.twincast.feed.mold.RequestReader;
import dev.twincast.feed.mold.Session;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a feed: numbers messages, fills packets with them, keeps them in its own
 * store, tells the next number when it is silent, and answers whoever missed something.
 *
 * <pre>
 *   publish ─▶ store ─▶ backlog ─ pace, window ─▶ GROUP
 *                 └──── answers ◀── requests, acknowledgements ── SERVE
 * </pre>
 *
 * <p>Nothing is dropped here: when the backlog is full, {@code publish} says so, and the caller
 * waits. Not thread-safe; knows no socket and no clock.
 */
public final class PublisherMachine implements Machine, ReplayServer.Source {
  /** What {@link #publish} returns when there is no room now. */
  public static final long FULL = -1;

  private static final long OPENING_PAUSE_NANOS = 20_000_000;

  /** OPENING listens for recorders that know more; ENDING still sends; LINGERING tells the end. */
  private enum State {
    OPENING,
    OPEN,
    ENDING,
    LINGERING,
    ENDED
  }

  private final Session session;
  private final Store store;
  private final PublisherSettings settings;
  private final Timers timers = new Timers();
  private final Heartbeats heartbeats = new Heartbeats(timers);
  private final Backlog backlog;
  private final Answers answers;
  private final Acknowledgements acknowledgements;
  private final Linger linger;
  private final Pace pace;
  private final Recent recent;
  private final AskedAgain askedAgain;
  private final CatchingUp catchingUp;
  private final DownstreamWriter writer;
  private final Downstream reader = new Downstream();
  private final RequestReader request = new RequestReader();
  private final ArrayDeque<PublisherEvent> events = new ArrayDeque<>();
  private final Strangers strangers = new Strangers();

  private State state;
  private long next;
  private long sent;
  private long told = 1;
  private boolean answersTurn = true;
  private long liveAt;
  private long ignored;

  /**
   * @param store holds what was published of this session before, if anything was: numbering goes
   *     on behind it
   */
  public PublisherMachine(long now, Session session, Store store, PublisherSettings settings) {
    this.session = session;
    this.store = store;
    this.settings = settings;
    next = store.used(session.name());
    sent = next;
    recent = new Recent(now, next);
    askedAgain = new AskedAgain(recent);
    catchingUp = new CatchingUp(recent);
    liveAt = now - 1;
    backlog = new Backlog(session, settings.backlogPackets(), settings.packetBytes());
    answers = new Answers(store, this::isEnded, settings.answers(), settings.packetBytes());
    acknowledgements = new Acknowledgements(settings.acks(), settings.windowMessages());
    linger = new Linger(timers, heartbeats, settings);
    pace = new Pace(now, settings.maxBytesPerSecond());
    writer = new DownstreamWriter(session);
    state = State.OPENING;
    if (settings.resumeNanos() == 0) {
      open(now);
    } else {
      heartbeats.beginDense(now, OPENING_PAUSE_NANOS);
      timers.set(Timer.RESUME, now + settings.resumeNanos());
    }
  }

  private void open(long now) {
    state = State.OPEN;
    heartbeats.begin(now);
    events.add(new PublisherEvent.Opened(next));
  }

  /** The longest message that a packet holds. */
  public int maxMessageBytes() {
    return settings.packetBytes() - Downstream.HEADER_BYTES - Downstream.LENGTH_BYTES;
  }

  /**
   * Numbers and keeps what remains in the message, which stays as it is; it is sent by the next
   * polls.
   *
   * @return its number; {@link #FULL}: not taken, because the backlog is full or the session is not
   *     open yet; try again after the next polls
   * @throws IllegalArgumentException if the message is longer than {@link #maxMessageBytes}
   * @throws IllegalStateException if the session was ended
   * @throws IOException if the store cannot keep it: it is not published then
   */
  public long publish(ByteBuffer message) throws IOException {
    int length = message.remaining();
    if (length > maxMessageBytes()) {
      throw new IllegalArgumentException(
          "a message of %,d bytes does not fit a packet: at most %,d (publish it as a file)"
              .formatted(length, maxMessageBytes()));
    }
    if (state == State.OPENING) {
      return FULL;
    }
    if (state != State.OPEN) {
      throw new IllegalStateException("session " + session + " was ended");
    }
    if (!backlog.hasRoom(length)) {
      return FULL;
    }
    String name = session.name();
    if (store.next(name) < next) {
      store.leap(name, next);
    }
    store.append(name, message);
    backlog.add(next, message);
    return next++;
  }

  /** Ends the session: after all that was published, its end is told, for the linger. */
  public void end(long now) {
    if (state == State.OPEN || state == State.OPENING) {
      state = State.ENDING;
      timers.clear(Timer.RESUME);
      lingerIfDone(now);
    }
  }

  private void lingerIfDone(long now) {
    if (state == State.ENDING && sent == next && acknowledgements.isAcknowledged(next)) {
      state = State.LINGERING;
      linger.begin(now);
    }
  }

  private void leave() {
    state = State.ENDED;
    linger.end();
    events.add(new PublisherEvent.Ended(next));
  }

  @Override
  public void onDatagram(long now, Channel channel, InetSocketAddress from, ByteBuffer packet) {
    switch (channel) {
      case GROUP -> onLive(from, packet);
      case SERVE -> onRequest(now, from, packet);
      case ASK -> ignored++;
    }
  }

  /** Looks at what others send to the group, if the driver is a member of it. */
  private void onLive(InetSocketAddress from, ByteBuffer packet) {
    if (reader.read(packet) == null && reader.isOf(session) && strangers.add(from)) {
      events.add(new PublisherEvent.AnotherPublisher(from));
    }
  }

  private void onRequest(long now, InetSocketAddress from, ByteBuffer packet) {
    if (!request.read(packet) || !request.isOf(session)) {
      ignored++;
      return;
    }
    if (request.isCompletion()) {
      onCompletion(from);
      return;
    }
    if (request.count() == 0) {
      onAcknowledgement(now, from, request.first());
      return;
    }
    Asker asker = answers.ask(now, from, session, request.first(), request.count());
    if (asker != null) {
      linger.asked(now);
      long end = Math.min(sent, request.first() + request.count());
      askedAgain.add(asker, pace.interval(), request.first(), end);
    }
  }

  private void onCompletion(InetSocketAddress receiver) {
    if (linger.completed(receiver)) {
      leave();
    }
  }

  private void onAcknowledgement(long now, InetSocketAddress from, long recorded) {
    if (recorded > next) {
      if (state == State.OPENING) {
        next = recorded;
        sent = recorded;
      } else if (strangers.add(from)) {
        events.add(new PublisherEvent.Behind(from, recorded));
      }
    }
    // Who keeps other messages under our numbers acknowledges nothing of ours.
    if (recorded > next || strangers.contains(from)) {
      ignored++;
      return;
    }
    if (!acknowledgements.hear(now, from, recorded)) {
      ignored++;
    }
    lingerIfDone(now);
    if (recorded == next) {
      onCompletion(from);
    }
  }

  @Override
  public void onTimeout(long now) {
    heartbeats.onTimeout(now);
    if (timers.expire(Timer.RESUME, now)) {
      open(now);
    }
    if (timers.expire(Timer.LINGER, now)) {
      leave();
    }
    timers.expire(Timer.PACE, now);
    timers.expire(Timer.ANSWER, now);
  }

  @Override
  public long nextTimeout() {
    return timers.next();
  }

  @Override
  public boolean pollTransmit(long now, Transmit out) {
    if (pace.isIntervalOver(now)) {
      endInterval(now);
    }
    // In turn, so that neither those who ask nor those who listen wait for the other.
    boolean filled =
        answersTurn ? answer(now, out) || live(now, out) : live(now, out) || answer(now, out);
    return filled || heartbeat(out);
  }

  private void endInterval(long now) {
    boolean isAnyFalling = catchingUp.endInterval(now, store.first(session.name()), sent);
    boolean isLagging = isAnyFalling || acknowledgements.isAnyBehind(now, sent);
    if (pace.endInterval(now, askedAgain.takeMost(), isLagging)) {
      askedAgain.fell(sent);
    }
    recent.update(now, sent);
  }

  private boolean answer(long now, Transmit out) {
    if (!answers.pollTransmit(now, out)) {
      if (answers.isOwing()) {
        timers.set(Timer.ANSWER, answers.nextTimeout(now));
      }
      return false;
    }
    pace.sent(out.packet().remaining(), 0);
    answersTurn = false;
    return true;
  }

  private boolean live(long now, Transmit out) {
    if (backlog.isEmpty() || !acknowledgements.isWithinWindow(backlog.firstNext(), sent)) {
      return false;
    }
    if (!pace.allows(now)) {
      timers.set(Timer.PACE, pace.allowedAt(now));
      return false;
    }
    if (now == liveAt && !backlog.isFirstFull()) {
      // Goes with the next batch: until that, more finds room in it, and this one is of one length.
      timers.set(Timer.PACE, now + 1);
      return false;
    }
    liveAt = now;
    pace.sent(backlog.firstBytes(), backlog.firstNext() - sent);
    sent = backlog.firstNext();
    ByteBuffer packet = out.toGroup();
    backlog.take(packet);
    packet.flip();
    heartbeats.messageSent(now);
    answersTurn = true;
    lingerIfDone(now);
    return true;
  }

  private boolean heartbeat(Transmit out) {
    if (!heartbeats.take()) {
      return false;
    }
    ByteBuffer packet = out.toGroup();
    writer.begin(packet, sent);
    if (state == State.LINGERING) {
      writer.endSession();
      linger.told();
    }
    packet.flip();
    return true;
  }

  /** The next event; null: there is none. */
  public @Nullable PublisherEvent pollEvent() {
    long acknowledged = acknowledgements.acknowledged();
    if (acknowledged > told) {
      told = acknowledged;
      return new PublisherEvent.Acknowledged(acknowledged);
    }
    return events.poll();
  }

  @Override
  public Store store() {
    return store;
  }

  @Override
  public Optional<Session> currentSession() {
    return Optional.of(session);
  }

  @Override
  public boolean isServed(Session asked) {
    return asked.equals(session);
  }

  @Override
  public void begins(long now, ReplayServer replay, long wanted) {
    catchingUp.begins(now, replay, wanted, sent);
  }

  /** What was not sent yet is not replayed either. */
  @Override
  public long end(Session asked) {
    return sent;
  }

  @Override
  public boolean isEnded(Session asked) {
    return state == State.LINGERING || state == State.ENDED;
  }

  public Session session() {
    return session;
  }

  /** The number that the next message gets. */
  public long next() {
    return next;
  }

  /** The number that the next message on the wire has. */
  public long sent() {
    return sent;
  }

  /** How many packets wait to be sent. */
  public int waitingPackets() {
    return backlog.packets();
  }

  /** All messages below this number are acknowledged; 1 if no acks are wanted. */
  public long acknowledged() {
    return acknowledgements.acknowledged();
  }

  /** What the group can take, as far as the machine knows. */
  public long bytesPerSecond() {
    return pace.bytesPerSecond();
  }

  /** How many recorders have to acknowledge. */
  public int acks() {
    return settings.acks();
  }

  /** How many receivers are known to have everything; at most as many as are awaited. */
  public int complete() {
    return linger.complete();
  }

  /** Whether the end of the session was told for long enough. */
  public boolean isOver() {
    return state == State.ENDED;
  }

  /** How many recorders have acknowledged anything. */
  public int recorders() {
    return acknowledgements.size();
  }

  /** How many datagrams were no request for this session. */
  public long ignored() {
    return ignored;
  }

  public AnswerStatistics answers() {
    return answers.statistics();
  }
}
