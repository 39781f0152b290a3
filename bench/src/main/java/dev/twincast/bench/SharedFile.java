package dev.twincast.bench;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What sender, receivers and harness tell each other without a packet: a file that all of them map.
 * A slot is 128 bytes (two cache lines, which the processor fetches together); slot 0 is the
 * sender's, slot n the nth receiver's.
 */
final class SharedFile {
  /** What the sender does (slot 0). */
  static final int WARMING = 0;

  /** All that measuring does, and thrown away. */
  static final int REHEARSING = 1;

  static final int MEASURING = 2;
  static final int STOPPED = 3;

  /** What a receiver does (its slot). */
  static final int READY = 1;

  static final int ENDED = 2;

  private static final int SLOT_BYTES = 128;
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final ByteBuffer slots;

  private SharedFile(ByteBuffer slots) {
    this.slots = slots;
  }

  static SharedFile create(Path path, int receivers) throws IOException {
    return map(path, (receivers + 1L) * SLOT_BYTES, StandardOpenOption.CREATE_NEW);
  }

  static SharedFile open(Path path) throws IOException {
    return map(path, Files.size(path), StandardOpenOption.WRITE);
  }

  int phase() {
    return (int) (long) LONG.getAcquire(slots, 0);
  }

  void phase(int phase) {
    LONG.setRelease(slots, 0, (long) phase);
  }

  /** The highest number that a receiver has seen. */
  long highest(int receiver) {
    return (long) LONG.getAcquire(slots, receiver * SLOT_BYTES);
  }

  void highest(int receiver, long number) {
    LONG.setRelease(slots, receiver * SLOT_BYTES, number);
  }

  int state(int receiver) {
    return (int) (long) LONG.getAcquire(slots, receiver * SLOT_BYTES + Long.BYTES);
  }

  void state(int receiver, int state) {
    LONG.setRelease(slots, receiver * SLOT_BYTES + Long.BYTES, (long) state);
  }

  boolean areAll(int receivers, int state) {
    for (int receiver = 1; receiver <= receivers; receiver++) {
      if (state(receiver) != state) {
        return false;
      }
    }
    return true;
  }

  private static SharedFile map(Path path, long bytes, StandardOpenOption how) throws IOException {
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, how)) {
      return new SharedFile(
          file.map(FileChannel.MapMode.READ_WRITE, 0, bytes).order(ByteOrder.nativeOrder()));
    }
  }
}
