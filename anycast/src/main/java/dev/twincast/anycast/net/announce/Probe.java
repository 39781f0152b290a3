package dev.twincast.anycast.net.announce;

import java.io.IOException;

/** One look at a service. Safe for use by many threads at once. */
@FunctionalInterface
public interface Probe {

  /**
   * Returns if the service is well.
   *
   * @throws IOException says what is wrong with it, or that it took too long
   */
  void run() throws IOException;
}
