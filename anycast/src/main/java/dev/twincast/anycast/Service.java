package dev.twincast.anycast;

import java.io.IOException;

/**
 * What a replica does with a connection: plain blocking code.
 *
 * <p>{@link #serve} runs on a virtual thread of its own for each connection, so one service object
 * is used by many threads at once. Returning closes the connection, after what was written has been
 * sent. An exception closes only that connection; the server counts it in {@link
 * ServerStatistics#failed}.
 */
@FunctionalInterface
public interface Service {

  /**
   * Serves one connection until it is done with it.
   *
   * @throws IOException if the connection fails; usual when a client goes away
   */
  void serve(Connection connection) throws IOException;
}
