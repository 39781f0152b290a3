package dev.twincast.multicast;

import java.net.InetSocketAddress;
import java.util.List;

/** Where a sender's datagrams go now. Any thread may call. */
interface Destinations {

  /** All addresses: the same list as long as they are the same. */
  List<InetSocketAddress> now();

  /**
   * After a failure to send.
   *
   * @param failed the list that was sent to
   * @return whether something has changed since that makes one more try worth it
   */
  boolean follow(List<InetSocketAddress> failed);
}
