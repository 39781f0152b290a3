package dev.twincast.multicast;

import dev.twincast.multicast.udp.Counter;
import dev.twincast.multicast.udp.Port;
import dev.twincast.multicast.udp.ReassemblyTable;
import dev.twincast.multicast.udp.ReceiveBatch;
import java.io.IOException;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A datagram's way in, the same for all receivers: taken, counted, handed over. */
final class Incoming {
  private static final Logger LOG = System.getLogger(Incoming.class.getPackageName());

  private final Port port;
  private final String shown;
  private final long reassemblyFailuresBefore = ReassemblyTable.failures();
  private final ReentrantLock receiving = new ReentrantLock();

  // What the port gave last, and is not yet all handed over. Guarded by receiving.
  private @Nullable ReceiveBatch batch;

  // Raised by the thread that receives.
  private final Counter datagrams = new Counter();
  private final Counter bytes = new Counter();
  private final Counter truncated = new Counter();
  private final Counter handlerFailures = new Counter();

  Incoming(Port port, String shown) {
    this.port = port;
    this.shown = shown;
  }

  /** A copy of the next datagram. */
  Datagram receive() throws IOException {
    while (true) {
      Datagram datagram = receive(Port.FOREVER);
      if (datagram != null) {
        return datagram;
      }
    }
  }

  /** A copy of the next datagram; empty on time-out. */
  Optional<Datagram> receive(Duration timeout) throws IOException {
    return Optional.ofNullable(receive(TimeUnit.NANOSECONDS.convert(timeout)));
  }

  private @Nullable Datagram receive(long timeoutNanos) throws IOException {
    if (!receiving.tryLock()) {
      throw new IllegalStateException("another thread is receiving: one at a time");
    }
    try {
      if (!port.isOpen() || batch == null || !batch.next()) {
        batch = port.receive(timeoutNanos);
        if (!batch.next()) {
          return null;
        }
      }
      datagrams.add(1);
      bytes.add(batch.size());
      truncated.add(batch.isTruncated() ? 1 : 0);
      return new Datagram(batch.source(), batch.payload());
    } finally {
      receiving.unlock();
    }
  }

  /** Hands all datagrams to the handler, on a thread of its own, until the port is closed. */
  void startHandling(Consumer<? super ReceivedDatagram> handler) {
    Thread.ofPlatform().daemon().name("twincast-receive-" + shown).start(() -> handleAll(handler));
  }

  ReceiverStatistics statistics() {
    return new ReceiverStatistics(
        datagrams.count(),
        bytes.count(),
        port.kernelDrops(),
        truncated.count(),
        handlerFailures.count(),
        reassemblyFailures());
  }

  /** How many were received until now; cheap, unlike all statistics. */
  long datagrams() {
    return datagrams.count();
  }

  private long reassemblyFailures() {
    long now = ReassemblyTable.failures();
    return now < 0 ? now : now - reassemblyFailuresBefore;
  }

  /** The loop of the handler's thread; its lock keeps {@link #receive} away. */
  private void handleAll(Consumer<? super ReceivedDatagram> handler) {
    var view = new ReceivedDatagram();
    receiving.lock();
    try {
      while (port.isOpen()) {
        handleBatch(handler, view, port.receive(Port.FOREVER));
      }
    } catch (IOException e) {
      if (port.isOpen()) {
        LOG.log(Logger.Level.ERROR, "nothing is received any more from " + shown, e);
      }
    } finally {
      receiving.unlock();
    }
  }

  private void handleBatch(
      Consumer<? super ReceivedDatagram> handler, ReceivedDatagram view, ReceiveBatch arrived) {
    view.of(arrived);
    long count = 0;
    long length = 0;
    while (arrived.next()) {
      count++;
      length += arrived.size();
      handle(handler, view);
    }
    datagrams.add(count);
    bytes.add(length);
    truncated.add(arrived.truncated());
  }

  private void handle(Consumer<? super ReceivedDatagram> handler, ReceivedDatagram view) {
    try {
      handler.accept(view);
    } catch (RuntimeException | Error e) {
      if (handlerFailures.count() == 0) {
        LOG.log(Logger.Level.ERROR, "handler of " + shown + " failed (more are only counted)", e);
      }
      handlerFailures.add(1);
    }
  }
}
