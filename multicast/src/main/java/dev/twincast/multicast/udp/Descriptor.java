package dev.twincast.multicast.udp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The file descriptor of a socket, from opening to closing. Closing, or an interrupt of a thread
 * that waits here, ends all waiting at once; the descriptor itself is closed when the last thread
 * has come out of its system call, since the kernel gives the number to the next file that anybody
 * opens.
 */
final class Descriptor extends AbstractInterruptibleChannel {
  private static final int POLLFD = 8; // poll.h: int fd; short events; short revents

  private final int fd;

  // An eventfd(2), readable from closing on.
  private final int closing;

  // One for being open, one for each thread between enter and leave. Never up again from 0.
  private final AtomicInteger users = new AtomicInteger(1);

  Descriptor(int fd, Libc libc) throws IOException {
    this.fd = fd;
    closing = libc.eventfd(Linux.NONBLOCK | Linux.CLOEXEC);
    if (closing < 0) {
      libc.close(fd);
      throw new IOException("cannot open an eventfd: " + Libc.message(-closing));
    }
  }

  /** The number, for a system call; to be given back with {@link #leave}. */
  int enter() throws ClosedChannelException {
    int now = users.get();
    while (isOpen() && now > 0) {
      if (users.compareAndSet(now, now + 1)) {
        return fd;
      }
      now = users.get();
    }
    throw new ClosedChannelException();
  }

  void leave() {
    if (users.decrementAndGet() == 0) {
      var libc = new Libc();
      libc.close(fd);
      libc.close(closing);
    }
  }

  /** From now on an interrupt of this thread closes; see {@link #begin}. */
  void startWaiting() {
    begin();
  }

  /**
   * @param completed whether what was waited for has come
   * @throws java.nio.channels.AsynchronousCloseException if it was closed instead; {@link
   *     java.nio.channels.ClosedByInterruptException} if an interrupt did it
   */
  void stopWaiting(boolean completed) throws IOException {
    end(completed);
  }

  @Override
  protected void implCloseChannel() {
    ByteBuffer one = OffHeap.allocate(Long.BYTES).putLong(0, 1);
    new Libc().write(closing, OffHeap.addressOf(one), Long.BYTES);
    leave();
  }

  /**
   * Waits for one event of the socket; for one thread at a time, and without an object each time.
   */
  final class Waiting {
    private final Libc libc = new Libc();
    private final ByteBuffer descriptors = OffHeap.allocate(2 * POLLFD);
    private final long address = OffHeap.addressOf(descriptors);

    Waiting(short event) {
      descriptors.putInt(0, fd).putShort(4, event);
      descriptors.putInt(POLLFD, closing).putShort(POLLFD + 4, Linux.POLLIN);
    }

    /**
     * Waits until the event is there, the time is over, or the socket is closed. To be called
     * between {@link #startWaiting} and {@link #stopWaiting}, with the descriptor entered.
     *
     * @param millis -1: without end
     */
    void await(int millis) {
      if (Thread.currentThread().isVirtual()) {
        awaitElsewhere(millis);
      } else {
        libc.poll(address, 2, millis);
      }
    }

    /** A virtual thread in poll(2) would keep its carrier from all others: another one waits. */
    private void awaitElsewhere(int millis) {
      users.incrementAndGet();
      var poller =
          Thread.ofPlatform()
              .daemon()
              .name("twincast-wait")
              .start(() -> {
                libc.poll(address, 2, millis);
                leave();
              });
      boolean interrupted = false; // which has closed this channel, and so ends the poll
      while (poller.isAlive()) {
        try {
          poller.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
