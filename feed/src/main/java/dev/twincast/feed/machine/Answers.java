package dev.twincast.feed.machine;

import dev.twincast.feed.journal.Store;
import dev.twincast.feed.mold.DownstreamWriter;
import dev.twincast.feed.mold.Session;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests out of a store: askers in turn, a packet each. An answer begins with the first
 * number wanted, holds as many as fit, and is followed by more packets until the request is
 * settled.
 *
 * <p>What is no longer kept is told by a heartbeat to the asker that names the first number that
 * is. What is not there yet is not answered, unless the session has ended: then that is.
 */
final class Answers {
  private final Store store;
  private final Predicate<Session> isEnded;
  private final AnswerLimits limits;
  private final int packetBytes;
  private final Map<InetSocketAddress, Asker> askers = new HashMap<>();
  private final Map<Session, DownstreamWriter> writers = new HashMap<>();

  // Those who are owed something, in turn; and when the first who may not take more now may again.
  private final ArrayDeque<Asker> turns = new ArrayDeque<>();
  private boolean allWait;
  private long waitUntil;

  private long requests;
  private long packets;
  private long messages;
  private long suppressed;
  private long refused;

  /**
   * @param isEnded whether a session has ended, and all of it is in the store
   */
  Answers(Store store, Predicate<Session> isEnded, AnswerLimits limits, int packetBytes) {
    this.store = store;
    this.isEnded = isEnded;
    this.limits = limits;
    this.packetBytes = packetBytes;
  }

  /**
   * Takes a request for messages.
   *
   * @return who asked; null: nothing new is asked for
   */
  @Nullable Asker ask(long now, InetSocketAddress from, Session session, long first, int count) {
    requests++;
    long next = store.next(session.name());
    if (first > next || (first == next && !isEnded.test(session))) {
      return null;
    }
    Asker asker = asker(now, from);
    if (asker == null) {
      refused++;
      return null;
    }
    boolean wasOwed = asker.nextOwed() != null;
    return switch (asker.ask(now, session, first, Math.min(next, first + count))) {
      case OWED -> {
        if (!wasOwed) {
          turns.add(asker);
          allWait = false;
        }
        yield asker;
      }
      case DUPLICATE -> {
        suppressed++;
        yield null;
      }
      case TOO_MANY -> {
        refused++;
        yield asker;
      }
    };
  }

  private @Nullable Asker asker(long now, InetSocketAddress from) {
    Asker asker = askers.get(from);
    if (asker != null) {
      return asker;
    }
    if (askers.size() >= limits.askers() && !forget(now)) {
      return null;
    }
    asker = new Asker(now, from, limits);
    askers.put(from, asker);
    return asker;
  }

  private long forgotAt;

  /** Looks for askers to be forgotten, but not at each request of a flood. */
  private boolean forget(long now) {
    if (forgotAt != 0 && now - forgotAt < FORGET_NANOS) {
      return false;
    }
    forgotAt = now;
    return askers.values().removeIf(asker -> asker.isForgettable(now));
  }

  private static final long FORGET_NANOS = 100_000_000;

  /** When the next answer may go, {@code now} or later; {@link Machine#NEVER}: none is owed. */
  long nextTimeout(long now) {
    if (turns.isEmpty()) {
      return Machine.NEVER;
    }
    return allWait ? waitUntil : now;
  }

  boolean isOwing() {
    return !turns.isEmpty();
  }

  /** Fills in the next answer; false: none may go now. */
  boolean pollTransmit(long now, Transmit out) {
    if (turns.isEmpty() || (allWait && waitUntil - now > 0)) {
      return false;
    }
    for (int i = turns.size(); i > 0; i--) {
      Asker asker = turns.remove();
      if (asker.mayTake(now)) {
        answer(now, asker, out);
        if (asker.nextOwed() != null) {
          turns.add(asker);
        }
        allWait = false;
        return true;
      }
      turns.add(asker);
    }
    allWait = true;
    waitUntil = Machine.NEVER;
    for (Asker asker : turns) {
      waitUntil = Timers.earlier(waitUntil, asker.mayTakeAt(now));
    }
    return false;
  }

  private void answer(long now, Asker asker, Transmit out) {
    Asker.Owed owed = Objects.requireNonNull(asker.nextOwed());
    ByteBuffer packet = out.to(Channel.SERVE, asker.address);
    packet.limit(Math.min(packet.capacity(), packetBytes));
    DownstreamWriter writer = writers.computeIfAbsent(owed.session, DownstreamWriter::new);
    String session = owed.session.name();
    long first = store.first(session);
    long asked = owed.from;
    owed.from = Math.max(asked, first);
    if (asked == owed.end) {
      writer.begin(packet, asked);
      writer.endSession();
    } else if (owed.from >= owed.end || !fill(writer, packet, session, owed)) {
      writer.begin(packet.position(0), first);
      owed.from = owed.end;
    }
    packet.flip();
    packets++;
    messages += writer.messages();
    asker.sent(now, owed.session, asked, owed.from, packet.limit());
    if (owed.from >= owed.end) {
      asker.settle();
    }
  }

  /** Fills a packet from the store; false: not even one message could be read. */
  private boolean fill(
      DownstreamWriter writer, ByteBuffer packet, String session, Asker.Owed owed) {
    writer.begin(packet, owed.from);
    int end = packet.position();
    try {
      while (owed.from < owed.end && hasRoom(writer, packet, store.length(session, owed.from))) {
        packet.putShort((short) store.length(session, owed.from));
        if (!store.read(session, owed.from, packet)) {
          break;
        }
        writer.count();
        owed.from++;
        end = packet.position();
      }
    } catch (IOException unreadable) {
      // What a disk does not give any more is as good as not kept; the asker tries elsewhere.
    }
    packet.position(end);
    return writer.messages() > 0;
  }

  /** A message longer than our packets, of a publisher with a larger MTU, has one of its own. */
  private static boolean hasRoom(DownstreamWriter writer, ByteBuffer packet, int lengthBytes) {
    if (lengthBytes >= 0 && writer.messages() == 0 && !writer.fits(lengthBytes)) {
      packet.limit(packet.capacity());
    }
    return lengthBytes >= 0 && writer.fits(lengthBytes);
  }

  AnswerStatistics statistics() {
    return new AnswerStatistics(requests, packets, messages, suppressed, refused);
  }
}
