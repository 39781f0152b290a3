package dev.twincast.anycast.net.announce;

import java.io.IOException;
import java.util.Set;

/**
 * Tells the network of addresses, by way of a routing daemon or the kernel. What it says stands
 * until it says otherwise, unless it is leased. Each method returns within a second or two; for one
 * thread at a time.
 */
public interface Speaker extends AutoCloseable {

  /**
   * Looks whether it can do its work, changing nothing.
   *
   * @return what it announces, of what it was given
   * @throws IOException says what is wrong and what to type
   */
  Set<Prefix> check() throws IOException;

  /**
   * Announces the addresses, or renews that. Harmless when they are announced already.
   *
   * @return whether anything changed, as far as it can tell
   */
  boolean announce() throws IOException;

  /**
   * Withdraws the addresses. Harmless when they are not announced.
   *
   * @return whether anything changed, as far as it can tell
   */
  boolean withdraw() throws IOException;

  /** Lets go of the daemon; what was announced stays so. */
  @Override
  void close();
}
