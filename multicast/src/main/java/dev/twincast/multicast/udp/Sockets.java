package dev.twincast.multicast.udp;

import java.io.IOException;
import java.util.List;

/** The sockets of a {@link GroupsPort}: how one is opened, and how to wait for any of them. */
interface Sockets {

  /**
   * Opens one more, bound to the same UDP port, a member of nothing. Its {@link Port#receive} takes
   * what is there and never waits. A wait that is going on includes it at once.
   */
  Port open() throws IOException;

  /**
   * Waits until any of them has something to receive, the time is over, this is closed, or the
   * thread is interrupted.
   */
  void await(long timeoutNanos) throws IOException;

  /** As {@link Port#kernelDrops}, of all that were opened and are open. */
  long kernelDrops(List<Port> open);

  /** Ends all waiting, now and later; the sockets stay open. */
  void close();
}
