package dev.twincast.feed.machine;

import dev.twincast.feed.journal.Store;
import dev.twincast.feed.mold.Downstream;
import dev.twincast.feed.mold.RequestReader;
import dev.twincast.feed.mold.Session;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is published, of all sessions of a group, and gives it to whoever missed it.
 *
 * <pre>
 *   GROUP ──▶ one SubscriberMachine a session ──▶ store ──▶ answers ──▶ SERVE
 *                │ gap                               │
 *                └─▶ ASK publisher or fellows        └─▶ acknowledgement ──▶ SERVE
 * </pre>
 *
 * <p>The driver makes the store durable ({@link Store#force}) as its policy says; what is durable
 * is acknowledged by the next polls. Not thread-safe; knows no socket and no clock.
 */
public final class RecorderMachine implements Machine, ReplayServer.Source {
  private static final int MAX_REFUSED = 64;
  private static final int MAX_EVENTS = 4096;
  private static final long RETRY_NANOS = 1_000_000_000;

  /** Whoever publishes is heard each second; a session that ended, or is left, is not. */
  private static final long SILENT_NANOS = 60_000_000_000L;

  private final long startedAt;
  private final Store store;
  private final RecorderSettings settings;
  private final RecorderChoice fellows;
  private final RandomGenerator random;
  private final Timers timers = new Timers();
  private final Answers answers;
  private final Healing healing;
  private final Downstream reader = new Downstream();
  private final RequestReader request = new RequestReader();
  private final List<Recording> recordings = new ArrayList<>();
  private final ArrayDeque<RecorderEvent> events = new ArrayDeque<>();
  private final Set<Session> refused = new HashSet<>();
  private @Nullable Recording last;
  private @Nullable Session asked;
  private boolean hasFailed;
  private long broken;
  private long ignored;

  /**
   * @param fellows the other recorders, which are asked when the publisher does not answer
   */
  public RecorderMachine(
      long now,
      Store store,
      RecorderSettings settings,
      RecorderChoice fellows,
      RandomGenerator random) {
    startedAt = now;
    this.store = store;
    this.settings = settings;
    this.fellows = fellows;
    this.random = random;
    answers = new Answers(store, this::isEnded, settings.answers(), settings.packetBytes());
    healing = new Healing(now, store, timers, fellows, this::publisher, this::mayHeal);
  }

  @Override
  public void onDatagram(long now, Channel channel, InetSocketAddress from, ByteBuffer packet) {
    if (channel == Channel.SERVE) {
      onRequest(now, from, packet);
    } else if (reader.read(packet) != null) {
      broken++;
    } else if (channel == Channel.GROUP) {
      onLive(now, from, packet);
    } else {
      onAnswer(now, from, packet);
    }
  }

  private void onRequest(long now, InetSocketAddress from, ByteBuffer packet) {
    Session session = request.read(packet) ? sessionOfRequest() : null;
    if (session == null) {
      broken++;
    } else if (request.count() == 0 || !isServed(session)) {
      ignored++;
    } else {
      asked = session;
      answers.ask(now, from, session, request.first(), request.count());
    }
  }

  /** Not a new value each time, as far as that can be: there may be a flood of requests. */
  private @Nullable Session sessionOfRequest() {
    if (asked != null && request.isOf(asked)) {
      return asked;
    }
    for (Recording recording : recordings) {
      if (request.isOf(recording.session)) {
        return recording.session;
      }
    }
    return request.session().orElse(null);
  }

  private void onLive(long now, InetSocketAddress from, ByteBuffer packet) {
    Recording recording = recordingOfPacket();
    if (recording == null) {
      recording = newRecording(now, from);
    }
    if (recording == null || recording.isDisputed) {
      ignored++;
      return;
    }
    Recording heard = recording;
    recording.hearing.onLive(now, from, packet, reader);
    recording.hearing.wentBack().ifPresent(it -> beginAnew(heard, it));
    if (recording.hearing.publisher().filter(from::equals).isPresent()) {
      recording.heard(now, from, reader.messages() == 0);
    }
    store(now, recording);
  }

  private void onAnswer(long now, InetSocketAddress from, ByteBuffer packet) {
    try {
      if (healing.take(now, from, packet, reader)) {
        return;
      }
    } catch (IOException e) {
      return; // asked for again, when the store may be well
    }
    Recording recording = recordingOfPacket();
    if (recording == null) {
      ignored++;
      return;
    }
    recording.hearing.onAnswer(now, from, packet, reader);
    store(now, recording);
  }

  private Optional<InetSocketAddress> publisher(Session session) {
    return recording(session).flatMap(it -> it.hearing.publisher());
  }

  private boolean mayHeal(Session session) {
    return recording(session)
        .filter(it -> it.isDisputed || it.hearing.wentBack().isPresent())
        .isEmpty();
  }

  /**
   * The publisher uses numbers a second time, because it lost its store and did not learn how far
   * it was. What was heard before and is not in the store is forgotten. If some is in the store,
   * there are two messages under one number: then the session is recorded and served no more.
   */
  private void beginAnew(Recording recording, SubscriberEvent.WentBack event) {
    long next = store.next(recording.session.name());
    tell(new RecorderEvent.Heard(recording.session, event));
    if (event.announced() >= next) {
      recording.beginAnew(newHearing(recording.session, next));
    } else {
      recording.isDisputed = true;
    }
  }

  private @Nullable Recording recordingOfPacket() {
    if (last != null && reader.isOf(last.session)) {
      return last;
    }
    for (Recording recording : recordings) {
      if (reader.isOf(recording.session)) {
        last = recording;
        return recording;
      }
    }
    return null;
  }

  private @Nullable Recording newRecording(long now, InetSocketAddress from) {
    Optional<Session> heard = reader.session();
    if (heard.isEmpty()) {
      return null;
    }
    Session session = heard.get();
    boolean isRoom = recordings.size() < settings.maxSessions() || stopSilent(now);
    if (!isRoom || !store.takes(session.name())) {
      if (refused.size() < MAX_REFUSED && refused.add(session)) {
        tell(new RecorderEvent.Refused(session, from));
      }
      return null;
    }
    long next = store.next(session.name());
    boolean isKnown = next > 1 || settings.recordsFromStart();
    long number = isKnown ? next : reader.number();
    var hearing =
        new SubscriberMachine(
            startedAt,
            new Start.At(Optional.of(session), number),
            settings.hearing(),
            fellows,
            random);
    Recording recording = new Recording(now, session, hearing, store, settings.acknowledgeNanos());
    recordings.add(recording);
    last = recording;
    tell(new RecorderEvent.Recording(session, number));
    return recording;
  }

  /** Stops to record the session that has been silent longest, if that is long enough. */
  private boolean stopSilent(long now) {
    Recording silent = recordings.getFirst();
    for (Recording recording : recordings) {
      if (recording.heardAt() - silent.heardAt() < 0) {
        silent = recording;
      }
    }
    if (now - silent.heardAt() < SILENT_NANOS) {
      return false;
    }
    recordings.remove(silent);
    last = null;
    refused.clear();
    try {
      store.release(silent.session.name());
    } catch (IOException e) {
      tell(new RecorderEvent.StoreFailed(silent.session, String.valueOf(e.getMessage())));
    }
    return true;
  }

  private SubscriberMachine newHearing(Session session, long number) {
    var start = new Start.At(Optional.of(session), number);
    return new SubscriberMachine(startedAt, start, settings.hearing(), fellows, random);
  }

  private void store(long now, Recording recording) {
    if (hasFailed || recording.isDisputed) {
      return;
    }
    try {
      recording.store(event -> tell(new RecorderEvent.Heard(recording.session, event)));
      if (recording.isRefused) {
        recording.isRefused = false;
        tell(new RecorderEvent.StoreTakes(recording.session));
      }
    } catch (IOException e) {
      hasFailed = true;
      timers.set(Timer.STORE, now + RETRY_NANOS);
      if (!recording.isRefused) {
        recording.isRefused = true;
        tell(new RecorderEvent.StoreFailed(recording.session, String.valueOf(e.getMessage())));
      }
    }
  }

  private void tell(RecorderEvent event) {
    if (events.size() < MAX_EVENTS) {
      events.add(event);
    }
  }

  /**
   * The machine that hears a session: for a replay that it wants. Call {@link #replayed} after each
   * call of it.
   */
  public Optional<SubscriberMachine> hearing(Session session) {
    return recording(session).map(recording -> recording.hearing);
  }

  /** Stores what a replay has brought. */
  public void replayed(long now, Session session) {
    recording(session).ifPresent(recording -> store(now, recording));
  }

  private Optional<Recording> recording(Session session) {
    return recordings.stream().filter(it -> it.session.equals(session)).findFirst();
  }

  @Override
  public Store store() {
    return store;
  }

  /** The session heard last. */
  @Override
  public Optional<Session> currentSession() {
    return Optional.ofNullable(last).map(recording -> recording.session);
  }

  @Override
  public boolean isServed(Session session) {
    return store.next(session.name()) > 1
        && recording(session).filter(it -> it.isDisputed).isEmpty();
  }

  @Override
  public long end(Session session) {
    return store.next(session.name());
  }

  @Override
  public boolean isEnded(Session session) {
    return recording(session).filter(Recording::isEnded).isPresent();
  }

  @Override
  public void onTimeout(long now) {
    if (timers.expire(Timer.STORE, now)) {
      hasFailed = false;
    }
    timers.expire(Timer.ANSWER, now);
    healing.onTimeout(now);
    for (Recording recording : recordings) {
      recording.hearing.onTimeout(now);
      store(now, recording);
    }
  }

  @Override
  public long nextTimeout() {
    long next = timers.next();
    for (Recording recording : recordings) {
      next = Timers.earlier(next, recording.hearing.nextTimeout());
      next = Timers.earlier(next, recording.nextAcknowledgement());
    }
    return next;
  }

  @Override
  public boolean pollTransmit(long now, Transmit out) {
    if (answers.pollTransmit(now, out)) {
      return true;
    }
    if (answers.isOwing()) {
      timers.set(Timer.ANSWER, answers.nextTimeout(now));
    }
    for (int i = 0; i < recordings.size(); i++) {
      Recording recording = recordings.get(i);
      if (recording.hearing.pollTransmit(now, out) || recording.acknowledge(now, out)) {
        return true;
      }
    }
    return healing.pollTransmit(now, out);
  }

  /** The next event; null: there is none. */
  public @Nullable RecorderEvent pollEvent() {
    return events.poll();
  }

  /** How many messages, taken out of the store by damage, were kept again. */
  public long healed() {
    return healing.healed();
  }

  /** The sessions that are recorded. */
  public List<Session> sessions() {
    return recordings.stream().map(recording -> recording.session).toList();
  }

  /** How many datagrams were no packets. */
  public long broken() {
    return broken;
  }

  /** How many packets were of refused sessions, or had nothing to say to a recorder. */
  public long ignored() {
    return ignored;
  }

  public AnswerStatistics answers() {
    return answers.statistics();
  }
}
