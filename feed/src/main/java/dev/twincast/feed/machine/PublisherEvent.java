package dev.twincast.feed.machine;

import java.net.InetSocketAddress;

/** What a publisher tells. */
public sealed interface PublisherEvent {

  /** Publishing may begin, with this number: nobody knows of a later one. */
  record Opened(long next) implements PublisherEvent {}

  /** As many recorders as wanted keep all messages below this number. */
  record Acknowledged(long next) implements PublisherEvent {}

  /**
   * A recorder keeps more of this session than was ever published here: an earlier publisher lost
   * the end of its journal, and this one did not hear of it in time; or another publishes the same
   * session. Publish under another name.
   */
  record Behind(InetSocketAddress recorder, long next) implements PublisherEvent {}

  /** Somebody else publishes this session on this group. Told once for each. */
  record AnotherPublisher(InetSocketAddress from) implements PublisherEvent {}

  /**
   * The end of the session has been told for long enough, or as many receivers have everything as
   * were awaited: the machine has no more to do.
   */
  record Ended(long next) implements PublisherEvent {}
}
