package dev.twincast.feed.machine;

import dev.twincast.feed.mold.Session;
import java.net.InetSocketAddress;

/** What a subscriber tells. Messages, losses and the end come in the order of the numbers. */
public sealed interface SubscriberEvent
    permits Message,
        SubscriberEvent.Lost,
        SubscriberEvent.Ended,
        SubscriberEvent.Began,
        SubscriberEvent.GapSeen,
        SubscriberEvent.Repaired,
        SubscriberEvent.ReplayNeeded,
        SubscriberEvent.Joined,
        SubscriberEvent.OtherSession,
        SubscriberEvent.AnotherPublisher,
        SubscriberEvent.PublisherMoved,
        SubscriberEvent.WentBack {

  /** These messages are gone; what follows is the number behind them. */
  record Lost(Range range, LostReason reason) implements SubscriberEvent {}

  /**
   * The publisher has ended the session, and all before this number was delivered. Should a
   * publisher go on with the session later, so does this.
   */
  record Ended(Session session, long next) implements SubscriberEvent {}

  /** The session is known, and the number that is delivered first. */
  record Began(Session session, long number) implements SubscriberEvent {}

  /** Messages are missing, and are asked for. */
  record GapSeen(Range range) implements SubscriberEvent {}

  /**
   * A gap is closed, or a first part of it.
   *
   * @param messages how many of them came by this answer; the others were here already
   * @param by who sent the last of it
   * @param nanos how long after it was seen
   */
  record Repaired(Range range, int messages, InetSocketAddress by, long nanos)
      implements SubscriberEvent {}

  /**
   * Too much is missing to be asked for by datagrams: log in at any recorder from this number on,
   * and hand over what it sends to {@link SubscriberMachine#onReplayed}.
   */
  record ReplayNeeded(long from) implements SubscriberEvent {}

  /** The replay has met the live stream before this number: close its connection. */
  record Joined(long next) implements SubscriberEvent {}

  /** Another session is on this group; its messages are not taken. Told once for each. */
  record OtherSession(Session session, InetSocketAddress from) implements SubscriberEvent {}

  /** Another publisher sends on this session; its messages are not taken. Told once for each. */
  record AnotherPublisher(InetSocketAddress from) implements SubscriberEvent {}

  /** The publisher was silent, and another goes on where it stopped. */
  record PublisherMoved(InetSocketAddress from, InetSocketAddress to) implements SubscriberEvent {}

  /**
   * The publisher counts from a number again that was used before: new messages under old numbers.
   * So as not to mix them, nothing is taken or asked for any more, of anybody; what was in order
   * before is still delivered. Begin anew with another machine.
   *
   * @param highest the number that should have come next
   * @param announced the number that the publisher says is next
   */
  record WentBack(InetSocketAddress publisher, long highest, long announced)
      implements SubscriberEvent {}
}
