package dev.twincast.feed.machine;

import dev.twincast.feed.mold.Session;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is to be told besides messages; bounded: of those who do not fetch it, nobody is told
 * everything. Strangers are told once each.
 */
final class Notices {
  private static final int MAX_NOTICES = 1024;
  private static final int MAX_STRANGERS = 64;

  private final ArrayDeque<SubscriberEvent> queue = new ArrayDeque<>();
  private final Set<Object> strangers = new HashSet<>();

  void add(SubscriberEvent event) {
    if (queue.size() < MAX_NOTICES) {
      queue.add(event);
    }
  }

  /** Told even if nobody fetches; few in a machine's life. */
  void addAlways(SubscriberEvent event) {
    queue.add(event);
  }

  void otherSession(Session session, InetSocketAddress from) {
    if (strangers.size() < MAX_STRANGERS && strangers.add(session)) {
      addAlways(new SubscriberEvent.OtherSession(session, from));
    }
  }

  void anotherPublisher(InetSocketAddress from) {
    if (strangers.size() < MAX_STRANGERS && strangers.add(from)) {
      addAlways(new SubscriberEvent.AnotherPublisher(from));
    }
  }

  void publisherMoved(InetSocketAddress from, InetSocketAddress to) {
    add(new SubscriberEvent.PublisherMoved(from, to));
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  @Nullable SubscriberEvent poll() {
    return queue.poll();
  }
}
