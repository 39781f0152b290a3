package dev.twincast.feed;

import java.util.ArrayDeque;
import java.util.Deque;

/** What was opened so far of something that needs several: closed again unless all could be had. */
final class Opening implements AutoCloseable {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T it) {
    opened.push(it);
    return it;
  }

  /** All of it is open, and belongs to whoever opened it. */
  void succeed() {
    opened.clear();
  }

  /** Closes what there is, the last first. */
  @Override
  public void close() {
    for (AutoCloseable it : opened) {
      try {
        it.close();
      } catch (Exception e) {
        // What kept the rest from being opened is told, and matters more.
      }
    }
  }
}
