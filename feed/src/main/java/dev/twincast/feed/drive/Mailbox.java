package dev.twincast.feed.drive;

import dev.twincast.feed.machine.Channel;
import dev.twincast.feed.machine.Machine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that have come by one party's own sockets, and that its machine has not seen yet.
 * Whoever has the lock opens them: so who brings an answer need not wait for a thread that takes
 * the lock again and again, as one does that hears a dense stream.
 */
final class Mailbox {
  private static final int LETTERS = 64;
  private static final int MAX_DATAGRAM_BYTES = 65_535;

  /** A datagram; its memory is used again. */
  private static final class Letter {
    final ByteBuffer packet = ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES);
    Channel channel = Channel.ASK;
    @Nullable InetSocketAddress from;
  }

  private final ArrayBlockingQueue<Letter> free = new ArrayBlockingQueue<>(LETTERS);
  private final ArrayBlockingQueue<Letter> full = new ArrayBlockingQueue<>(LETTERS);
  private final SimulatedLoss loss;

  Mailbox(SimulatedLoss loss) {
    this.loss = loss;
    for (int i = 0; i < LETTERS; i++) {
      free.add(new Letter());
    }
  }

  boolean isEmpty() {
    return full.isEmpty();
  }

  /** Waits for the next datagram, and keeps it. Any number of threads, each with its socket. */
  void receive(Channel channel, DatagramChannel socket) throws IOException, InterruptedException {
    Letter letter = free.take();
    letter.from = null;
    try {
      letter.from = (InetSocketAddress) socket.receive(letter.packet.clear());
    } finally {
      letter.channel = channel;
      letter.packet.flip();
      (letter.from == null || loss.hits() ? free : full).add(letter);
    }
  }

  /** Gives the machine all there is. With the lock. */
  void open(Machine machine, long now) {
    Letter letter;
    while ((letter = full.poll()) != null) {
      if (letter.from != null) {
        machine.onDatagram(now, letter.channel, letter.from, letter.packet);
      }
      free.add(letter);
    }
  }
}
