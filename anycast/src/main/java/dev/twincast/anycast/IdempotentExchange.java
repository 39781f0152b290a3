package dev.twincast.anycast;

import java.io.IOException;
import java.net.Socket;

/**
 * A request and its reply, harmless when done twice.
 *
 * <p>{@link AnycastClient#call} may run it several times, on another replica each time, and a
 * replica that gave no answer may have carried it out nevertheless.
 *
 * @param <T> the reply
 */
@FunctionalInterface
public interface IdempotentExchange<T> {

  /**
   * Writes the request and reads the reply, on the caller's thread.
   *
   * @param connection connected to a replica; closed by the client afterwards, and earlier when the
   *     attempt has no time left
   * @throws IOException to try another replica: any failure to get a whole reply, so also an
   *     unexpected end of stream
   */
  T on(Socket connection) throws IOException;
}
