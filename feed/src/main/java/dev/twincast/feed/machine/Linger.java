package dev.twincast.feed.machine;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;

/**
 * How long the end of a session is told: until nobody has asked for anything for a while, or until
 * as many receivers have everything as there are said to be. These are known by their addresses,
 * and not authenticated: who forges reports makes a publisher leave early, and does no other harm.
 */
final class Linger {
  private static final long PAUSE_NANOS = 100_000_000;

  private final Timers timers;
  private final Heartbeats heartbeats;
  private final PublisherSettings settings;
  private final Set<InetSocketAddress> complete = new HashSet<>();
  private boolean isOn;
  private boolean isTold;
  private long latest;

  Linger(Timers timers, Heartbeats heartbeats, PublisherSettings settings) {
    this.timers = timers;
    this.heartbeats = heartbeats;
    this.settings = settings;
  }

  void begin(long now) {
    isOn = true;
    heartbeats.beginDense(now, PAUSE_NANOS);
    latest = now + settings.maxLingerNanos();
    asked(now);
  }

  void end() {
    isOn = false;
    timers.clear(Timer.LINGER);
    heartbeats.end();
  }

  /** The end was told, at least this once: what is heard from now on may be an answer to it. */
  void told() {
    isTold = true;
  }

  /** Who still misses something will ask again, if only because the answer was lost. */
  void asked(long now) {
    if (isOn) {
      timers.set(Timer.LINGER, Timers.earlier(latest, now + settings.lingerNanos()));
    }
  }

  /** Takes note that a receiver has everything; returns whether as many do as are awaited. */
  boolean completed(InetSocketAddress receiver) {
    if (isOn && isTold && complete.size() < settings.receivers()) {
      complete.add(receiver);
      return complete.size() == settings.receivers();
    }
    return false;
  }

  /** How many receivers have everything, as far as they are counted. */
  int complete() {
    return complete.size();
  }
}
