package dev.twincast.feed.machine;

import dev.twincast.feed.mold.Session;
import java.net.InetSocketAddress;

/** What a recorder tells. */
public sealed interface RecorderEvent {

  /** A session is recorded from now on, from this number on. */
  record Recording(Session session, long from) implements RecorderEvent {}

  /**
   * What the hearing of a session came to: gaps, repairs, losses, replays wanted. No messages:
   * those are in the store.
   */
  record Heard(Session session, SubscriberEvent event) implements RecorderEvent {}

  /** The store does not take messages; it is tried again each second. Told once. */
  record StoreFailed(Session session, String reason) implements RecorderEvent {}

  /** The store takes messages again. */
  record StoreTakes(Session session) implements RecorderEvent {}

  /** There are too many sessions: this one is not recorded. Told once for each. */
  record Refused(Session session, InetSocketAddress from) implements RecorderEvent {}
}
