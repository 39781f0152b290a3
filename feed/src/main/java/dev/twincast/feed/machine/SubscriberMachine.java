package dev.twincast.feed.machine;

import dev.twincast.feed.mold.Downstream;
import dev.twincast.feed.mold.Session;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a feed: every message once, in order, or told as lost.
 *
 * <pre>
 *   GROUP ──▶ in order? ──▶ window ──▶ pollEvent
 *              │ no: gap        ▲
 *              ├─▶ ASK a recorder, another on time-out ──▶ answer
 *              └─▶ too much: ReplayNeeded ──▶ onReplayed …, Joined
 * </pre>
 *
 * <p>One machine hears one session of one publisher. Whatever else is on the group is told, and not
 * taken. Not thread-safe; knows no socket and no clock.
 */
public final class SubscriberMachine implements Machine {
  private static final int NOT_PLAIN = -1;

  private final Timers timers = new Timers();
  private final Notices notices = new Notices();
  private final Repair repair;
  private final Stream stream;
  private final Replay replay;
  private final LiveSource source = new LiveSource(notices);
  private final Silence silence = new Silence(timers);
  private final SessionEnd end = new SessionEnd(silence);
  private final Downstream reader = new Downstream();
  private final Message message = new Message();

  private @Nullable Session session;
  private boolean hasBegun;

  private long live;
  private long repaired;
  private long duplicates;
  private long broken;
  private long ignored;

  public SubscriberMachine(
      long now,
      Start start,
      SubscriberSettings settings,
      RecorderChoice recorders,
      RandomGenerator random) {
    Window window = new Window(settings.windowMessages(), settings.windowBytes());
    repair = new Repair(settings, recorders, random, window);
    stream = new Stream(window, repair.missing);
    replay = new Replay(settings, timers, notices, repair, stream, source);
    start.session().ifPresent(named -> session = named);
    if (start instanceof Start.At at) {
      begin(at.number());
      source.begin(now, at.number());
      replay.start(now);
    }
  }

  private void begin(long number) {
    hasBegun = true;
    stream.begin(number);
    if (session != null) {
      notices.add(new SubscriberEvent.Began(session, number));
    }
  }

  @Override
  public void onDatagram(long now, Channel channel, InetSocketAddress from, ByteBuffer packet) {
    if (channel == Channel.SERVE || reader.read(packet) != null) {
      broken++;
    } else if (channel == Channel.GROUP) {
      onLive(now, from, packet, reader);
    } else {
      onAnswer(now, from, packet, reader);
    }
  }

  /**
   * Takes a packet that came to the group if it is the plain case: its messages come next, and
   * nothing else is to be delivered before. They count as delivered then: the caller hands them
   * over out of the packet itself, which saves two copies.
   *
   * @param packet was read, and is not broken
   * @return how many messages to hand over; negative: it is not the plain case, nothing was done,
   *     and the packet is one for {@link #onDatagram}
   */
  public int takeInOrder(long now, InetSocketAddress from, Downstream packet) {
    boolean isPlain =
        packet.messages() > 0
            && hasBegun
            && session != null
            && !end.isKnown()
            && packet.number() == stream.delivered()
            && stream.isAllDelivered()
            && notices.isEmpty()
            && packet.isOf(session);
    if (!isPlain) {
      return NOT_PLAIN;
    }
    boolean isOurs = source.isOurs(now, from, packet);
    repair.publisher(source.trusted());
    if (!isOurs) {
      ignored++;
      return 0;
    }
    silence.heard(now);
    stream.pass(packet.messages());
    live += packet.messages();
    return packet.messages();
  }

  /** Takes a packet that came to the group, and was read. */
  void onLive(long now, InetSocketAddress from, ByteBuffer bytes, Downstream packet) {
    if (session == null) {
      adopt(packet.session());
    }
    if (session == null || !packet.isOf(session)) {
      ignored++;
      packet.session().ifPresent(other -> notices.otherSession(other, from));
      return;
    }
    boolean isOurs = source.isOurs(now, from, packet);
    repair.publisher(source.trusted());
    if (isOurs) {
      silence.heard(now);
      takeLive(now, bytes, packet);
    } else {
      ignored++;
    }
  }

  private void adopt(Optional<Session> heard) {
    session = heard.orElse(null);
    if (session != null && hasBegun) {
      notices.add(new SubscriberEvent.Began(session, stream.delivered()));
    }
  }

  private void takeLive(long now, ByteBuffer bytes, Downstream packet) {
    if (!hasBegun) {
      begin(packet.number());
      end.joinedAt(packet.number());
    }
    end.isNotBefore(packet.nextNumber());
    long before = stream.highest();
    if (!stream.learn(now, packet.number())) {
      ignored++;
      return;
    }
    if (stream.highest() > before && stream.isTracking()) {
      notices.add(new SubscriberEvent.GapSeen(new Range(before, stream.highest())));
    }
    end.hear(packet, stream.highest());
    live += take(now, null, bytes, packet);
    if (stream.isTracking() && replay.isFor(now, stream.missing.count())) {
      replay.start(now);
    } else if (!stream.isTracking()) {
      replay.joinIfPossible(now, source.isKnown());
    }
  }

  /** Takes a packet that came in answer to a request, and was read. */
  void onAnswer(long now, InetSocketAddress from, ByteBuffer bytes, Downstream packet) {
    if (session == null || !packet.isOf(session) || !hasBegun || !isAsked(from)) {
      ignored++;
    } else if (packet.isHeartbeat()) {
      // The first number that it keeps: below, there is nothing to be had from it.
      repair.refused(now, from, packet.number());
    } else if (packet.number() > stream.highest() || packet.nextNumber() > end.number()) {
      ignored++;
    } else {
      if (packet.nextNumber() > stream.highest() || packet.isEndOfSession()) {
        silence.answered(now);
      }
      end.hear(packet, stream.highest());
      int taken = take(now, from, bytes, packet);
      repaired += taken;
      if (taken == 0 && packet.messages() > 0) {
        repair.repeatedTooSoon();
      }
    }
  }

  private boolean isAsked(InetSocketAddress from) {
    return !source.hasGoneBack() && repair.isAsked(from);
  }

  /** Takes the messages of a packet; returns how many were new. */
  private int take(
      long now, @Nullable InetSocketAddress answerer, ByteBuffer bytes, Downstream packet) {
    int taken = 0;
    Gap repairing = null;
    long repairedFrom = 0;
    long number = packet.number();
    while (packet.next()) {
      switch (stream.take(now, number, bytes, packet.offset(), packet.length())) {
        case NEW -> taken++;
        case FILLED -> {
          taken++;
          if (repairing == null) {
            repairing = stream.filled;
            repairedFrom = number;
          }
        }
        case DUPLICATE -> duplicates++;
        case NO_ROOM -> {}
      }
      number++;
    }
    if (repairing != null && answerer != null) {
      notices.add(
          new SubscriberEvent.Repaired(
              new Range(repairedFrom, number), taken, answerer, now - repairing.seenAt));
      repair.answered(now, answerer, repairing);
    }
    return taken;
  }

  /** The number to log in with. */
  public long replayFrom() {
    return stream.expected();
  }

  /**
   * Says that a recorder has accepted the login, from a number on.
   *
   * @param recorder its address, as requests to it would have
   * @return whether to go on; false: it does not keep what is wanted, close the connection, and
   *     another {@link SubscriberEvent.ReplayNeeded} follows
   */
  public boolean onReplayStarted(
      long now, InetSocketAddress recorder, Session accepted, long number) {
    if (session == null) {
      adopt(Optional.of(accepted));
    }
    if (!accepted.equals(session)) {
      onReplayFailed(now);
      return false;
    }
    return isReplaying() && replay.started(now, recorder, number);
  }

  /**
   * Takes the next message of a replay: what remains in it, which stays as it is.
   *
   * @return false: there is no room for it now; fetch events, and try it again
   */
  public boolean onReplayed(long now, long number, ByteBuffer message) {
    if (!isReplaying() || number != stream.expected()) {
      duplicates++;
      return true;
    }
    return replay.take(now, message, source.isKnown());
  }

  /**
   * Takes messages of a replay, as {@link #takeInOrder} does those of a packet: if nothing else is
   * to be delivered before, they count as delivered, and the caller hands them over.
   *
   * @param number of the first
   * @return how many to hand over; the others are for {@link #onReplayed}
   */
  public int takeReplayedInOrder(long now, long number, int messages) {
    boolean isPlain =
        messages > 0
            && isReplaying()
            && number == stream.expected()
            && number < end.number()
            && stream.isDrained()
            && notices.isEmpty();
    return isPlain
        ? replay.pass(now, (int) Math.min(messages, end.number() - number), source.isKnown())
        : 0;
  }

  /** Says that the session ended, and the replay was all of it. */
  public void onReplayEnded(long now) {
    if (isReplaying() && stream.expected() >= stream.highest()) {
      end.is(stream.expected());
      replay.join(now);
    }
  }

  /**
   * Says that the caller has finished with all of a session that has {@link SubscriberEvent.Ended};
   * the publisher is told, at once and whenever it tells the end.
   *
   * @return false: it is not; some was lost, or missed by who joined live, or there is more to come
   */
  public boolean complete() {
    return stream.lostCount() == 0 && !source.hasGoneBack() && end.complete();
  }

  /** Says that the connection broke, or could not be had. Another one will be asked for. */
  public void onReplayFailed(long now) {
    if (isReplaying()) {
      replay.failed(now);
    }
  }

  @Override
  public void onTimeout(long now) {
    if (source.hasGoneBack()) {
      return;
    }
    silence.onTimeout(now);
    replay.onTimeout(now);
    Gap gap;
    while ((gap = repair.due(now, stream.limit())) != null) {
      LostReason reason = repair.lostReason(now, gap);
      if (reason == null) {
        return;
      }
      boolean isNotKept = reason == LostReason.NOT_KEPT;
      long end = isNotKept ? Math.min(gap.end, repair.firstKeptByAny(gap.from)) : gap.end;
      replay.lose(now, new Range(gap.from, end), reason);
    }
  }

  @Override
  public long nextTimeout() {
    return source.hasGoneBack()
        ? NEVER
        : Timers.earlier(timers.next(), repair.nextDue(stream.limit()));
  }

  @Override
  public boolean pollTransmit(long now, Transmit out) {
    if (session == null || source.hasGoneBack()) {
      return false;
    }
    if (end.report(session, source.trusted(), out)) {
      return true;
    }
    if (silence.take()
        && stream.isTracking()
        && repair.probe(now, session, stream.highest(), out)) {
      return true;
    }
    if (stream.missing.isEmpty()) {
      return false;
    }
    onTimeout(now);
    Gap gap;
    while ((gap = repair.due(now, stream.limit())) != null) {
      if (repair.request(now, session, gap, stream.limit(), out)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The next event; null: there is none. A caller who does not fetch them holds nobody up but
   * itself: what finds no room is fetched from recorders later.
   */
  public @Nullable SubscriberEvent pollEvent() {
    SubscriberEvent notice = notices.poll();
    if (notice != null) {
      return notice;
    }
    if (!source.hasGoneBack() && replay.takeWanted()) {
      return new SubscriberEvent.ReplayNeeded(stream.expected());
    }
    SubscriberEvent next = stream.next(message);
    if (next != null) {
      return next;
    }
    return session == null ? null : end.tell(session, stream.delivered());
  }

  /** The session; empty: it is not known yet. */
  public Optional<Session> session() {
    return Optional.ofNullable(session);
  }

  /** The number to be delivered next: where to begin again ({@link Start.At}). */
  public long position() {
    return stream.delivered();
  }

  /** The highest number known to be next; above {@link #position}: something is still to come. */
  public long highest() {
    return stream.highest();
  }

  /** Whether a replay is wanted or going on. */
  public boolean isReplaying() {
    return !stream.isTracking() && !source.hasGoneBack();
  }

  /** How many messages are known to be missing, while no replay is going on. */
  public long missing() {
    return stream.missing.count();
  }

  /** Who publishes, as far as heard. */
  public Optional<InetSocketAddress> publisher() {
    return Optional.ofNullable(source.address());
  }

  /** That the publisher used numbers a second time; empty: it did not. */
  public Optional<SubscriberEvent.WentBack> wentBack() {
    return source.wentBack();
  }

  /** How much memory the held messages take. */
  public int windowBytes() {
    return stream.window.bytes();
  }

  public SubscriberStatistics statistics() {
    return new SubscriberStatistics(
        live,
        repaired,
        replay.messages(),
        duplicates,
        stream.lostCount(),
        stream.overrun(),
        broken,
        ignored,
        repair.requests(),
        repair.timeouts());
  }
}
