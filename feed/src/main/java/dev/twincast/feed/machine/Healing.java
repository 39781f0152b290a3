package dev.twincast.feed.machine;

import dev.twincast.feed.journal.Store;
import dev.twincast.feed.mold.Downstream;
import dev.twincast.feed.mold.Request;
import dev.twincast.feed.mold.Session;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Refills what damage has taken out of a recorder's store: asks the publisher and the fellows in
 * turn for one hole at a time, and keeps what they answer. A hole that nobody can fill is left
 * alone for a minute.
 */
final class Healing {
  private static final long LOOK_NANOS = 1_000_000_000;
  private static final long GIVEN_UP_NANOS = 60_000_000_000L;
  private static final long ANSWER_NANOS = 50_000_000;
  private static final int MOST_IN_VAIN = 8;
  private static final long MOST_MESSAGES = 1024;

  private final Store store;
  private final Timers timers;
  private final RecorderChoice fellows;
  private final Function<Session, Optional<InetSocketAddress>> publishers;
  private final Predicate<Session> mayHeal;

  /** From which number on holes are looked for, if some below it were given up. */
  private final Map<String, Long> lookFrom = new HashMap<>();

  // The hole that is being filled; who was asked last, and who has said that it keeps none of it.
  private @Nullable Session session;
  private long from;
  private long end;
  private @Nullable InetSocketAddress asked;
  private final Set<InetSocketAddress> refused = new HashSet<>();
  private long firstElsewhere = Long.MAX_VALUE;
  private long askedAt;
  private int inVain;
  private boolean isDue;
  private long healed;

  /**
   * @param publishers who publishes a session, if it is heard
   * @param mayHeal not a session whose numbers mean different messages to others
   */
  Healing(
      long now,
      Store store,
      Timers timers,
      RecorderChoice fellows,
      Function<Session, Optional<InetSocketAddress>> publishers,
      Predicate<Session> mayHeal) {
    this.store = store;
    this.timers = timers;
    this.fellows = fellows;
    this.publishers = publishers;
    this.mayHeal = mayHeal;
    timers.set(Timer.HEAL, now + LOOK_NANOS);
  }

  void onTimeout(long now) {
    if (!timers.expire(Timer.HEAL, now)) {
      return;
    }
    if (asked != null) {
      fellows.timedOut(now, asked, askedAt);
      inVain++;
    }
    next(now);
  }

  /** Goes on with the hole, or with the next one. */
  private void next(long now) {
    if (session != null && inVain >= MOST_IN_VAIN) {
      giveUp(session);
    }
    if (session == null) {
      look();
    }
    isDue = session != null;
    if (session == null) {
      timers.set(Timer.HEAL, now + (lookFrom.isEmpty() ? LOOK_NANOS : GIVEN_UP_NANOS));
      lookFrom.clear();
    }
  }

  /** For now: others may keep a later part of it, or none. */
  private void giveUp(Session with) {
    boolean isPartKept = firstElsewhere != Long.MAX_VALUE;
    lookFrom.put(with.name(), isPartKept ? firstElsewhere : store.kept(with.name(), end));
    settle();
  }

  private void settle() {
    session = null;
    asked = null;
    refused.clear();
    firstElsewhere = Long.MAX_VALUE;
    inVain = 0;
  }

  private void look() {
    for (String name : store.sessions()) {
      from = store.missing(name, lookFrom.getOrDefault(name, 1L));
      Session candidate = new Session(name);
      if (from < store.next(name) && mayHeal.test(candidate)) {
        session = candidate;
        end = Math.min(store.kept(name, from), from + MOST_MESSAGES);
        return;
      }
    }
  }

  /** Fills in a request for what is missing, if one is due. */
  boolean pollTransmit(long now, Transmit out) {
    while (isDue && session != null) {
      InetSocketAddress to = target(now, session);
      if (to == null) {
        giveUp(session);
        next(now);
        continue;
      }
      isDue = false;
      asked = to;
      askedAt = now;
      timers.set(Timer.HEAL, now + ANSWER_NANOS);
      ByteBuffer packet = out.to(Channel.ASK, to);
      new Request(session, from, (int) (end - from)).writeTo(packet);
      packet.flip();
      return true;
    }
    return false;
  }

  private @Nullable InetSocketAddress target(long now, Session of) {
    InetSocketAddress publisher =
        publishers.apply(of).filter(it -> !refused.contains(it)).orElse(null);
    if (publisher != null && inVain % 2 == 0) {
      return publisher;
    }
    InetSocketAddress fellow = fellows.choose(now, asked, it -> !refused.contains(it));
    return fellow == null ? publisher : fellow;
  }

  /**
   * Takes an answer that was read.
   *
   * @return whether it was one to us, and holds nothing that others have to see
   * @throws IOException if the store cannot keep it: it is asked for again
   */
  boolean take(long now, InetSocketAddress answerer, ByteBuffer bytes, Downstream packet)
      throws IOException {
    if (session == null || !answerer.equals(asked) || !packet.isOf(session)) {
      return false;
    }
    if (packet.isHeartbeat()) {
      refuse(now, answerer, packet.number());
      return false;
    }
    if (packet.number() > from
        || packet.nextNumber() <= from
        || packet.nextNumber() > store.next(session.name())) {
      return false;
    }
    fellows.answered(now, answerer, now - askedAt);
    fill(session, bytes, packet);
    inVain = 0;
    if (from < end) {
      timers.set(Timer.HEAL, now + ANSWER_NANOS);
    } else {
      settle();
      next(now);
    }
    return true;
  }

  /** It keeps nothing below a number. */
  private void refuse(long now, InetSocketAddress answerer, long first) {
    if (first > from && refused.add(answerer)) {
      firstElsewhere = Math.min(firstElsewhere, first);
      fellows.answered(now, answerer, now - askedAt);
      asked = null;
      inVain++;
      next(now);
    }
  }

  private void fill(Session of, ByteBuffer bytes, Downstream packet) throws IOException {
    long number = packet.number();
    while (packet.next()) {
      if (number == from && number < end) {
        store.fill(of.name(), number, bytes.slice(packet.offset(), packet.length()));
        from++;
        healed++;
      }
      number++;
    }
  }

  /** How many messages were kept again. */
  long healed() {
    return healed;
  }
}
