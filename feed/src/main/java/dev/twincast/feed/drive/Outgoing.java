package dev.twincast.feed.drive;

import dev.twincast.feed.machine.Channel;
import dev.twincast.feed.machine.Machine;
import dev.twincast.feed.machine.Transmit;
import dev.twincast.multicast.MessageBatch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that a machine wants to be sent now: gathered under its lock, sent without. Made once
 * and filled again and again; for one thread at a time.
 */
final class Outgoing {
  private static final int MAX_UNICAST = 64;

  /** Two of what the kernel segments: more would only make answers wait. */
  private static final int GROUP_BYTES = 128 << 10;

  /** A buffer is full while a device or a queue is slower than we are: a hundred milliseconds. */
  private static final int MAX_TRIES = 1000;

  private static final long FULL_NANOS = 100_000;

  private final int packetBytes;
  private final GroupPort group;
  private final Map<Channel, DatagramChannel> channels;
  private final Transmit transmit;
  private final MessageBatch toGroup = new MessageBatch(GROUP_BYTES);

  private final ByteBuffer[] packets = new ByteBuffer[MAX_UNICAST];
  private final Channel[] by = new Channel[MAX_UNICAST];
  private final @Nullable InetSocketAddress[] to = new InetSocketAddress[MAX_UNICAST];
  private int unicast;

  /**
   * @param packetBytes the longest packet of the machine
   */
  Outgoing(int packetBytes, GroupPort group, Map<Channel, DatagramChannel> channels) {
    this.packetBytes = packetBytes;
    this.group = group;
    this.channels = channels;
    transmit = new Transmit(packetBytes);
    for (int i = 0; i < MAX_UNICAST; i++) {
      packets[i] = ByteBuffer.allocateDirect(packetBytes);
      by[i] = Channel.ASK;
    }
  }

  /** Takes what there is, as much as one turn holds; whether there is anything. */
  boolean fill(Machine machine, long now) {
    toGroup.clear();
    unicast = 0;
    while (unicast < MAX_UNICAST
        && toGroup.fits(packetBytes)
        && machine.pollTransmit(now, transmit)) {
      if (transmit.channel() == Channel.GROUP) {
        toGroup.add(transmit.packet());
      } else {
        packets[unicast].clear().put(transmit.packet()).flip();
        by[unicast] = transmit.channel();
        to[unicast] = transmit.to();
        unicast++;
      }
    }
    return unicast > 0 || !toGroup.isEmpty();
  }

  /**
   * Sends all of it.
   *
   * @throws IOException the first failure; the others were tried all the same
   */
  void send() throws IOException {
    IOException first = null;
    // Answers before all: somebody waits for them.
    for (int i = 0; i < unicast; i++) {
      try {
        DatagramChannel channel = channels.get(by[i]);
        if (channel != null) {
          send(channel, i);
        }
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    if (!toGroup.isEmpty()) {
      try {
        group.send(toGroup);
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /** Waits while the socket's buffer is full, as one that blocks would. */
  private void send(DatagramChannel channel, int i) throws IOException {
    for (int tries = 0; channel.send(packets[i], to[i]) == 0; tries++) {
      if (tries == MAX_TRIES) {
        throw new IOException("the socket's buffer is full");
      }
      LockSupport.parkNanos(this, FULL_NANOS);
    }
  }
}
