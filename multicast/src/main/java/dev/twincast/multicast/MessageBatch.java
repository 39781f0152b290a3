package dev.twincast.multicast;

import dev.twincast.multicast.udp.SendBatch;
import java.nio.ByteBuffer;

/**
 * Messages to be sent together, in as few system calls as the machine can do it in: on Linux one
 * for hundreds, and above all fast when they have one length.
 *
 * <pre>{@code
 * var batch = new MessageBatch();
 * while (batch.fits(next.length)) {
 *   batch.add(next);
 *   ...
 * }
 * sender.send(batch);
 * batch.clear();
 * }</pre>
 *
 * <p>Its memory is outside the heap, taken when it is made and used again and again: nothing is
 * allocated for a message. Not thread-safe.
 */
public final class MessageBatch {
  /** The most messages of one batch. */
  public static final int MAX_MESSAGES = 4096;

  private static final int DEFAULT_BYTES = 256 << 10;

  final SendBatch batch;

  /** An empty batch of 256 KiB. */
  public MessageBatch() {
    this(DEFAULT_BYTES);
  }

  /**
   * An empty batch.
   *
   * @param capacityBytes bytes of all messages together, 1 to 16 MiB
   * @throws IllegalArgumentException if that is out of range
   */
  public MessageBatch(int capacityBytes) {
    if (capacityBytes < 1 || capacityBytes > 16 << 20) {
      throw new IllegalArgumentException(
          "batch of " + capacityBytes + " bytes is out of range (1 to 16 MiB)");
    }
    batch = new SendBatch(capacityBytes, MAX_MESSAGES);
  }

  /** Whether there is room for one more message of this length. */
  public boolean fits(int lengthBytes) {
    return batch.fits(lengthBytes);
  }

  /**
   * Adds a copy of the message, which may be empty.
   *
   * @throws IllegalStateException if it does not fit
   */
  public void add(byte[] message) {
    batch.claim(message.length).put(message);
  }

  /** As {@link #add(byte[])}: what remains in the buffer, which is then empty. */
  public void add(ByteBuffer message) {
    batch.add(message);
  }

  /**
   * Adds a message that the caller writes in place.
   *
   * @return the memory of this batch, the message being from its position (seldom 0) to its limit,
   *     until the next call; what is not written there holds bytes of earlier messages
   * @throws IllegalStateException if it does not fit
   */
  public ByteBuffer claim(int lengthBytes) {
    return batch.claim(lengthBytes);
  }

  /** How many messages there are in it. */
  public int size() {
    return batch.size();
  }

  /** Bytes of all messages together. */
  public int bytes() {
    return batch.bytes();
  }

  public boolean isEmpty() {
    return batch.size() == 0;
  }

  /** Forgets all messages. */
  public void clear() {
    batch.clear();
  }
}
