package dev.twincast.feed.machine;

import dev.twincast.feed.journal.Store;
import dev.twincast.feed.mold.Request;
import dev.twincast.feed.mold.Session;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One session of a recorder: from what is heard to the store, and what is acknowledged of it. */
final class Recording {
  final Session session;
  SubscriberMachine hearing;
  boolean isDisputed;

  /** Whether the store did not take the last message that was to be stored, and that was told. */
  boolean isRefused;

  private final Store store;
  private final long acknowledgeNanos;

  /** A copy of the message that the store has refused; its number is the store's next. */
  private @Nullable ByteBuffer refused;

  private @Nullable InetSocketAddress publisher;
  private long acknowledged;
  private long acknowledgedAt;
  private long heardAt;
  private boolean isAsked;
  private boolean isEnded;

  Recording(
      long now, Session session, SubscriberMachine hearing, Store store, long acknowledgeNanos) {
    this.session = session;
    this.hearing = hearing;
    this.store = store;
    this.acknowledgeNanos = acknowledgeNanos;
    acknowledgedAt = now - acknowledgeNanos;
    heardAt = now;
  }

  /**
   * Stores all messages that are there, in order.
   *
   * @param told takes what else happened
   * @throws IOException if the store does not take the next one; nothing is lost, call again later
   */
  void store(Consumer<SubscriberEvent> told) throws IOException {
    if (refused != null) {
      store.append(session.name(), refused);
      refused = null;
    }
    SubscriberEvent event;
    while ((event = hearing.pollEvent()) != null) {
      switch (event) {
        case Message message -> {
          isEnded = false;
          append(message);
        }
        case SubscriberEvent.Lost lost -> {
          store.skipTo(session.name(), lost.range().end());
          told.accept(lost);
        }
        case SubscriberEvent.Ended ended -> {
          isEnded = true;
          told.accept(ended);
        }
        default -> told.accept(event);
      }
    }
  }

  private void append(Message message) throws IOException {
    if (message.number() > store.next(session.name())) {
      store.skipTo(session.name(), message.number());
    }
    try {
      store.append(session.name(), message.bytes());
    } catch (IOException e) {
      ByteBuffer bytes = message.bytes();
      refused = ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
      throw e;
    }
  }

  /** Forgets what was heard and is not in the store. */
  void beginAnew(SubscriberMachine hearing) {
    this.hearing = hearing;
    refused = null;
  }

  /** Takes note who publishes; a heartbeat of it asks for an acknowledgement. */
  void heard(long now, InetSocketAddress from, boolean isHeartbeat) {
    heardAt = now;
    publisher = from;
    isAsked |= isHeartbeat;
  }

  /** When the next acknowledgement may go; {@link Machine#NEVER}: there is nothing new. */
  long nextAcknowledgement() {
    if (isDisputed) {
      return Machine.NEVER;
    }
    boolean isWanted = isAsked || store.durable(session.name()) > acknowledged;
    return isWanted && publisher != null ? acknowledgedAt + acknowledgeNanos : Machine.NEVER;
  }

  boolean acknowledge(long now, Transmit out) {
    long due = nextAcknowledgement();
    if (publisher == null || due == Machine.NEVER || due - now > 0) {
      return false;
    }
    acknowledged = store.durable(session.name());
    acknowledgedAt = now;
    isAsked = false;
    ByteBuffer packet = out.to(Channel.SERVE, publisher);
    new Request(session, acknowledged, 0).writeTo(packet);
    packet.flip();
    return true;
  }

  /** When it was last heard from its publisher, or begun. */
  long heardAt() {
    return heardAt;
  }

  /** Whether all of a session that was ended is in the store. */
  boolean isEnded() {
    return isEnded;
  }
}
