package dev.twincast.feed.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was published under which number, in which life of the publisher: one that has lost its
 * store may use numbers a second time.
 */
final class History {
  /** A message as published. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Version(int life, byte[] message) {}

  private final Map<Long, List<Version>> versions = new HashMap<>();
  private final Map<Integer, Long> firstOfLife = new HashMap<>();

  void published(int life, long number, byte[] message) {
    versions.computeIfAbsent(number, _ -> new ArrayList<>(1)).add(new Version(life, message));
    firstOfLife.putIfAbsent(life, number);
  }

  /** Which version a message is; null: none was ever published. */
  @Nullable Version find(long number, ByteBuffer message) {
    for (Version version : versions.getOrDefault(number, List.of())) {
      if (message.equals(ByteBuffer.wrap(version.message))) {
        return version;
      }
    }
    return null;
  }

  /** The last version published under a number. */
  byte[] last(long number) {
    return versions.getOrDefault(number, List.of(new Version(0, new byte[0]))).getLast().message;
  }

  /** The first number used in a life. */
  long firstOf(int life) {
    return firstOfLife.getOrDefault(life, 1L);
  }
}
