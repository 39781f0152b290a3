package dev.twincast.bench;

import java.io.IOException;

/** One way to have a request answered. */
@FunctionalInterface
interface Caller {
  /**
   * Sends a request and returns its answer, within the time limit of the load.
   *
   * @throws IOException if the application would see it fail
   */
  byte[] call(byte[] request) throws IOException;
}
