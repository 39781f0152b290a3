package dev.twincast.feed.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class OriginStoreTest {
  private static final int MESSAGE_BYTES = 1000;
  private static final int FORGETTING = 1000; // a megabyte, of which memory holds a sixteenth

  private final OriginStore store = new OriginStore(new MemoryStore(1 << 16), "A");

  @Test
  void whatHasAnOriginIsNeverForgotten() throws IOException {
    var origin = new Numbers(7);
    append(origin, 0, FORGETTING);

    assertEquals(1, store.first("A"));
    assertKept(origin, 1, 0);
    assertKept(origin, 500, 499);
    assertKept(origin, FORGETTING, FORGETTING - 1);
  }

  @Test
  void twoOriginsFollowEachOther() throws IOException {
    var one = new Numbers(1);
    var other = new Numbers(2);
    append(one, 0, 300);
    append(other, 0, 300);
    append(one, 300, FORGETTING);

    assertEquals(1, store.first("A"));
    assertKept(one, 300, 299);
    assertKept(other, 301, 0);
    assertKept(one, 601, 300);
  }

  @Test
  void whatLiesBeforeAForgottenMessageIsNoMoreOfUse() throws IOException {
    var origin = new Numbers(1);
    append(origin, 0, 10);
    store.append("A", ByteBuffer.allocate(MESSAGE_BYTES)); // #11, from nowhere
    append(origin, 10, FORGETTING);

    assertEquals(12, store.first("A"));
    assertEquals(-1, store.length("A", 11));
    assertFalse(store.read("A", 11, ByteBuffer.allocate(MESSAGE_BYTES)));
  }

  @Test
  void whatChangesItsOriginTooOftenIsForgottenInPart() throws IOException {
    var one = new Numbers(1);
    var other = new Numbers(2);
    for (int i = 0; i < 10_000; i++) {
      append(i % 2 == 0 ? one : other, i, 1);
    }

    long first = store.first("A");
    assertTrue(first > 10_000 - 1024 - 66 && first <= 10_000 - 512, "first " + first);
    assertKept(first % 2 == 1 ? one : other, first, first - 1);
    assertEquals(-1, store.length("A", first - 1));
  }

  @Test
  void otherSessionsHaveNoOrigin() throws IOException {
    append(new Numbers(1), 0, FORGETTING);

    assertEquals(1, store.next("B"));
    assertEquals(-1, store.length("B", 1));
    assertFalse(store.read("B", 1, ByteBuffer.allocate(MESSAGE_BYTES)));
  }

  @Test
  void whatDoesNotFitIsNotPut() throws IOException {
    append(new Numbers(1), 0, FORGETTING);
    ByteBuffer small = ByteBuffer.allocate(MESSAGE_BYTES - 1);

    assertFalse(store.read("A", 1, small));
    assertEquals(0, small.position());
  }

  private void append(Numbers origin, long index, int count) throws IOException {
    for (long i = index; i < index + count; i++) {
      store.append("A", ByteBuffer.wrap(origin.message(i)));
      store.comesFrom(origin, i);
    }
  }

  private void assertKept(Numbers origin, long number, long index) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(MESSAGE_BYTES);
    assertEquals(MESSAGE_BYTES, store.length("A", number));
    assertTrue(store.read("A", number, out), () -> "#" + number);
    assertArrayEquals(origin.message(index), out.array());
  }

  /** Messages that tell their index. */
  private record Numbers(int which) implements Origin {
    byte[] message(long index) {
      return ByteBuffer.allocate(MESSAGE_BYTES).putInt(which).putLong(index).array();
    }

    @Override
    public int length(long index) {
      return MESSAGE_BYTES;
    }

    @Override
    public boolean read(long index, ByteBuffer out) {
      if (out.remaining() < MESSAGE_BYTES) {
        return false;
      }
      out.put(message(index));
      return true;
    }
  }
}
