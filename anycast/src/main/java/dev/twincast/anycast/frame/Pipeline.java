package dev.twincast.anycast.frame;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BiConsumer;

/**
 * The client's side of one connection of the message service: requests go out one behind the other,
 * and replies come back in the same order.
 *
 * <pre>
 *   offer --> unsent --> fill, written --> awaited --> take, answered
 * </pre>
 *
 * <p>When the other side says {@link Frame#GOING_AWAY}, nothing more is written, except the rest of
 * a frame that was begun. When it says so once more, it has answered all that it had read: what is
 * still awaited then was never read, and any request may be sent again. Without that last word one
 * cannot know, since a process that is killed while it goes away closes its connection just so.
 *
 * <p>Bytes in and bytes out; not thread-safe.
 *
 * @param <P> a request, or a ping, on its way
 */
public final class Pipeline<P extends Pipeline.Item> {

  /** What is written. */
  public interface Item {
    /** The frame's content; read in {@link #fill}, after {@link #take}, and never again. */
    byte[] payload();

    /** A ping has no content, and is answered by a pong. */
    boolean isPing();

    /** It will be written now. False: it must not be, and is dropped. */
    boolean take();
  }

  /** Waiting to be written. */
  public static final int MOST_UNSENT_BYTES = 4 << 20;

  /** Waiting to be written or to be answered. */
  public static final int MOST_ITEMS = 4_096;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final FrameDecoder decoder;
  private final Queue<P> unsent = new ArrayDeque<>();
  private final Queue<P> awaited = new ArrayDeque<>();
  private int unsentBytes;
  private int pongs;
  private ByteBuffer rest = NOTHING; // of the frame that was begun: our own bytes
  private boolean leaving;
  private boolean lastWord;

  /** A pipeline whose replies have so many bytes at most. */
  public Pipeline(int maxReplyBytes) {
    decoder = new FrameDecoder(maxReplyBytes);
  }

  /** Queues an item. False if there are too many, or the other side goes away. */
  public boolean offer(P item) {
    if (leaving || owed() >= MOST_ITEMS || unsentBytes >= MOST_UNSENT_BYTES) {
      return false;
    }
    unsent.add(item);
    unsentBytes += item.payload().length;
    return true;
  }

  /** Puts what is to be written next, as much as fits. Items that were dropped go to the list. */
  public void fill(ByteBuffer out, Collection<P> dropped) {
    while (true) {
      putRest(out);
      if (rest.hasRemaining() || out.remaining() < Frame.HEADER_BYTES) {
        return;
      }
      if (pongs > 0) {
        pongs--;
        out.putInt(Frame.PONG);
        continue;
      }
      P item = unsent.poll();
      if (item == null) {
        return;
      }
      unsentBytes -= item.payload().length;
      if (item.take()) {
        begin(item, out);
      } else {
        dropped.add(item);
      }
    }
  }

  private void begin(P item, ByteBuffer out) {
    awaited.add(item);
    if (item.isPing()) {
      out.putInt(Frame.PING);
    } else {
      byte[] payload = item.payload();
      out.putInt(payload.length);
      int fits = Math.min(out.remaining(), payload.length);
      out.put(payload, 0, fits);
      if (fits < payload.length) {
        // A copy, since the frame must be finished also when its call has ended meanwhile, and then
        // the caller may put the next request into the same array.
        rest = ByteBuffer.wrap(Arrays.copyOfRange(payload, fits, payload.length));
      }
    }
  }

  private void putRest(ByteBuffer out) {
    int n = Math.min(out.remaining(), rest.remaining());
    out.put(out.position(), rest, rest.position(), n).position(out.position() + n);
    rest.position(rest.position() + n);
    if (!rest.hasRemaining()) {
      rest = NOTHING;
    }
  }

  /**
   * Takes what came.
   *
   * @param answers is given each item that was answered and its reply; empty for a ping
   * @return what is wrong with it: the connection is of no more use
   */
  public Optional<String> take(ByteBuffer in, BiConsumer<P, byte[]> answers) {
    while (true) {
      switch (decoder.next(in)) {
        case NOTHING -> {
          return Optional.empty();
        }
        case MESSAGE -> {
          if (!answer(false, decoder.message(), answers)) {
            return Optional.of("a reply that was not asked for");
          }
        }
        case PONG -> {
          if (!answer(true, new byte[0], answers)) {
            return Optional.of("a pong that was not asked for");
          }
        }
        case PING -> pongs++;
        case GOING_AWAY -> {
          lastWord = leaving;
          leaving = true;
        }
        case ILLEGAL -> {
          return Optional.of("a frame of length " + decoder.length());
        }
      }
    }
  }

  private boolean answer(boolean ping, byte[] reply, BiConsumer<P, byte[]> answers) {
    P oldest = awaited.peek();
    if (oldest == null || oldest.isPing() != ping) {
      return false;
    }
    if (rest.hasRemaining() && awaited.size() == 1) {
      return false; // it is not even written
    }
    awaited.remove();
    answers.accept(oldest, reply);
    return true;
  }

  /** The other side goes away: nothing more may be offered. */
  public boolean isLeaving() {
    return leaving;
  }

  /** It has answered all that it had read. */
  public boolean hasLastWord() {
    return lastWord;
  }

  /** There is something to {@link #fill} with. */
  public boolean hasUnsent() {
    return rest.hasRemaining() || pongs > 0 || !unsent.isEmpty();
  }

  /** The oldest item that was written and is not answered. */
  public Optional<P> oldestAwaited() {
    return Optional.ofNullable(awaited.peek());
  }

  /** Items waiting to be written or to be answered. */
  public int owed() {
    return unsent.size() + awaited.size();
  }

  /** All items that are written and not answered, oldest first. */
  public List<P> awaited() {
    return List.copyOf(awaited);
  }

  /** Takes back what was not begun to be written. */
  public List<P> takeUnsent() {
    var taken = new ArrayList<>(unsent);
    unsent.clear();
    unsentBytes = 0;
    return taken;
  }

  /** Takes out what was written and will not be answered any more. */
  public List<P> takeAwaited() {
    var taken = new ArrayList<>(awaited);
    awaited.clear();
    return taken;
  }
}
