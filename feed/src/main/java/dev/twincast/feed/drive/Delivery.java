package dev.twincast.feed.drive;

import static java.lang.System.Logger.Level.ERROR;

import dev.twincast.feed.machine.Channel;
import dev.twincast.feed.machine.Message;
import dev.twincast.feed.machine.ReplayClient;
import dev.twincast.feed.machine.SubscriberEvent;
import dev.twincast.feed.machine.SubscriberMachine;
import dev.twincast.feed.mold.Downstream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Hands a subscriber's events to its user: in order, by one thread at a time, and never under the
 * lock. The thread that finds new events does it, unless another is at it, which then sees to them;
 * so a message that comes alone is handed over without another thread being woken.
 *
 * <p>While the user is slow, the machine is asked for nothing: it holds what has room, and fetches
 * the rest from recorders later.
 */
public final class Delivery {
  private static final System.Logger LOG = System.getLogger(Delivery.class.getPackageName());
  private static final int MAX_EVENTS = 1024;
  private static final int MAX_BYTES = 1 << 18;

  /** What is done with events, on the delivering thread. */
  public interface Taker {
    /**
     * The next message.
     *
     * @param message from its position to its limit; good until this returns
     */
    void message(long number, ByteBuffer message);

    void event(SubscriberEvent event);
  }

  private final Driver driver;
  private final SubscriberMachine machine;
  private final Taker taker;

  // Guarded by the driver's lock.
  private boolean isDelivering;

  // The batch that is being delivered: belongs to the thread that set isDelivering.
  private ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
  private ByteBuffer view = bytes.asReadOnlyBuffer();
  private final long[] numbers = new long[MAX_EVENTS];
  private final int[] ends = new int[MAX_EVENTS];
  private final @Nullable SubscriberEvent[] events = new SubscriberEvent[MAX_EVENTS];
  private int size;

  // The packet that is handed over as it is, by the one thread that brings live packets.
  private final Downstream live = new Downstream();
  private ByteBuffer livePacket = bytes;
  private ByteBuffer liveView = view;

  private final AtomicLong position = new AtomicLong();
  private final LongAdder failures = new LongAdder();

  public Delivery(Driver driver, SubscriberMachine machine, Taker taker) {
    this.driver = driver;
    this.machine = machine;
    this.taker = taker;
  }

  /** The number behind the last message that the user has dealt with; 0: none yet. */
  public long position() {
    return position.get();
  }

  /** How often the user's code has thrown something. */
  public long failures() {
    return failures.sum();
  }

  /**
   * A packet that came by the group. In the plain case, nothing missing and nothing waiting, its
   * messages are handed over from where they are.
   */
  public void onLive(InetSocketAddress from, ByteBuffer packet, boolean isLastOfBatch) {
    if (!driver.isDropped()) {
      boolean isRead = live.read(packet) == null;
      int messages = take(from, packet, isRead);
      if (messages > 0) {
        handOver(messages, packet);
      }
    }
    if (isLastOfBatch) {
      driver.turn();
    }
  }

  /** How many messages of the packet are to be handed over at once; the machine has the others. */
  private int take(InetSocketAddress from, ByteBuffer packet, boolean isRead) {
    var lock = driver.lock();
    lock.lock();
    try {
      long now = System.nanoTime();
      int messages = isRead && !isDelivering ? machine.takeInOrder(now, from, live) : -1;
      if (messages < 0) {
        machine.onDatagram(now, Channel.GROUP, from, packet);
      }
      isDelivering |= messages > 0;
      return messages;
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("ReferenceEquality") // a buffer equals another by what is in it
  private void handOver(int messages, ByteBuffer packet) {
    if (livePacket != packet) {
      livePacket = packet;
      liveView = packet.asReadOnlyBuffer();
    }
    long number = live.number();
    try {
      for (int i = 0; i < messages && live.next(); i++) {
        int end = live.offset() + live.length();
        handOver(number++, liveView.clear().limit(end).position(live.offset()));
      }
    } finally {
      stopDelivering();
    }
  }

  /**
   * What has come of a replay. In the plain case its messages are handed over from where they are,
   * as those of {@link #onLive}; else the client keeps them.
   */
  public void onReplay(ReplayClient client) {
    int messages = takeInOrder(client);
    if (messages == 0) {
      return;
    }
    long number = client.next() - messages;
    try {
      for (int i = 0; i < messages; i++) {
        handOver(number + i, client.message());
      }
    } finally {
      stopDelivering();
    }
  }

  private int takeInOrder(ReplayClient client) {
    driver.lock().lock();
    try {
      int messages = isDelivering ? 0 : client.takeInOrder(System.nanoTime());
      isDelivering |= messages > 0;
      return messages;
    } finally {
      driver.lock().unlock();
    }
  }

  private void stopDelivering() {
    driver.lock().lock();
    try {
      isDelivering = false;
    } finally {
      driver.lock().unlock();
    }
  }

  /** Delivers what there is, unless another thread does. Call it without the lock. */
  public void deliver() {
    var lock = driver.lock();
    lock.lock();
    try {
      if (isDelivering) {
        return;
      }
      isDelivering = true;
      try {
        while (take()) {
          driver.signalProgress();
          lock.unlock();
          try {
            handOver();
          } finally {
            lock.lock();
          }
        }
      } finally {
        isDelivering = false;
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean take() {
    size = 0;
    bytes.clear();
    // A message is taken from the machine when it is seen, so there must be room for any.
    while (size < MAX_EVENTS && bytes.remaining() > MAX_BYTES / 2) {
      SubscriberEvent event = machine.pollEvent();
      if (event == null) {
        break;
      }
      if (event instanceof Message message) {
        numbers[size] = message.number();
        bytes.put(message.bytes());
        events[size] = null;
      } else {
        events[size] = event;
      }
      ends[size++] = bytes.position();
    }
    return size > 0;
  }

  private void handOver() {
    int start = 0;
    for (int i = 0; i < size; i++) {
      SubscriberEvent event = events[i];
      if (event == null) {
        handOver(numbers[i], view.clear().limit(ends[i]).position(start));
      } else {
        try {
          taker.event(event);
        } catch (RuntimeException | Error e) {
          failed(e);
        }
      }
      start = ends[i];
    }
  }

  private void handOver(long number, ByteBuffer message) {
    try {
      taker.message(number, message.order(ByteOrder.BIG_ENDIAN));
    } catch (RuntimeException | Error e) {
      failed(e);
    }
    position.setRelease(number + 1);
  }

  private void failed(Throwable e) {
    if (failures.sum() == 0) {
      LOG.log(ERROR, "the handler of a feed failed (more are only counted)", e);
    }
    failures.increment();
  }
}
