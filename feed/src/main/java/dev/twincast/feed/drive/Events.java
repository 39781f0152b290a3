package dev.twincast.feed.drive;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells a machine's events to whoever uses it: fetched with the lock, told without it. */
public final class Events {
  private Events() {}

  /** Where events come from. */
  @FunctionalInterface
  public interface Source<E> {
    /** The next event; null: there is none. */
    @Nullable E pollEvent();
  }

  /** Tells all that there are now. */
  public static <E> void tell(Driver driver, Source<E> source, Consumer<E> listener) {
    E event;
    while ((event = next(driver, source)) != null) {
      listener.accept(event);
    }
  }

  private static <E> @Nullable E next(Driver driver, Source<E> source) {
    driver.lock().lock();
    try {
      return source.pollEvent();
    } finally {
      driver.lock().unlock();
    }
  }
}
