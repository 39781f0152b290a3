package dev.twincast.anycast;

import dev.twincast.anycast.Announcer.Event;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * What has happened, until the observer is told: last of all, since an observer may be slow, and a
 * withdrawal has to be fast. For one thread at a time.
 */
final class News {
  private static final System.Logger LOG = System.getLogger(Announcer.class.getName());

  private final Consumer<Event> observer;
  private final Deque<Event> untold = new ArrayDeque<>();
  private boolean observerFailed;

  News(Consumer<Event> observer) {
    this.observer = observer;
  }

  void add(Event event) {
    untold.add(event);
  }

  /** Tells the observer all of it, in order. */
  void tell() {
    for (Event event = untold.poll(); event != null; event = untold.poll()) {
      try {
        observer.accept(event);
      } catch (RuntimeException e) {
        if (!observerFailed) {
          observerFailed = true;
          LOG.log(System.Logger.Level.WARNING, "an announcer's observer failed (said once)", e);
        }
      }
    }
  }
}
