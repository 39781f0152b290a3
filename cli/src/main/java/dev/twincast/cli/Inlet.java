package dev.twincast.cli;

import dev.twincast.multicast.Datagram;
import dev.twincast.multicast.ReceiverStatistics;
import java.io.IOException;

/** Where one receiver of a {@code receive} command hears: some groups, or a port of this host. */
sealed interface Inlet extends AutoCloseable permits GroupsInlet, UnicastInlet {

  /** Waits for the next datagram, if no handler takes them. */
  Datagram receive() throws IOException;

  ReceiverStatistics statistics();

  int bufferAsked();

  int bufferGranted();

  /** Says that it ends, and ends it. */
  @Override
  void close();
}
