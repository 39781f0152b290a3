package dev.twincast.multicast;

import dev.twincast.multicast.udp.ReceiveBatch;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A look at a datagram where the kernel has put it, without a copy, for the handler of a {@link
 * MulticastReceiver}.
 *
 * <p>It lives until the handler returns: one object and one memory serve all datagrams, one after
 * the other. Whoever wants to keep something takes a {@link #copy} (the address of {@link #source}
 * is an ordinary object, and may be kept). Only for the thread of the handler.
 */
public final class ReceivedDatagram {
  private @Nullable ReceiveBatch batch;

  ReceivedDatagram() {}

  /** From now on a look at the datagram that this batch has gone to. */
  void of(ReceiveBatch batch) {
    this.batch = batch;
  }

  /**
   * The message, 0 to 65,527 bytes: a read-only view of the memory of many, from its position
   * (seldom 0) to its limit. Each call sets both anew.
   */
  public ByteBuffer payload() {
    return batch().payload();
  }

  /** The length of the message in bytes. */
  public int size() {
    return batch().size();
  }

  /** The sender's address and port. */
  public InetSocketAddress source() {
    return batch().source();
  }

  /**
   * The index of the interface that it came in by, as {@link java.net.NetworkInterface#getByIndex}
   * takes it; 0: not known to this machine.
   */
  public int interfaceIndex() {
    return batch().interfaceIndex();
  }

  /**
   * When it was taken from the kernel, together with all that had arrived meanwhile: nanoseconds of
   * {@link System#nanoTime}.
   */
  public long arrivalNanos() {
    return batch().arrivalNanos();
  }

  /** Whether the message was longer than {@link #payload} can be (an IPv6 jumbogram). */
  public boolean isTruncated() {
    return batch().isTruncated();
  }

  /**
   * Whether it is the last of those that were taken from the kernel together: the moment for what
   * is dear and does for all of them, such as flushing what the handler writes.
   */
  public boolean isLastOfBatch() {
    return batch().isLast();
  }

  /** Source and message in an object of their own, for ever. */
  public Datagram copy() {
    return new Datagram(source(), payload());
  }

  private ReceiveBatch batch() {
    return Objects.requireNonNull(batch);
  }
}
