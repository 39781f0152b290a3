package dev.twincast.feed.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MemoryStoreTest {
  private final MemoryStore store = new MemoryStore(1 << 16);

  @Test
  void givesBackWhatItWasGiven() {
    var random = new SplittableRandom(42);
    for (int i = 1; i <= 100; i++) {
      store.append("A", message(random, i));
    }
    var again = new SplittableRandom(42);
    for (int i = 1; i <= 100; i++) {
      byte[] expected = message(again, i).array();
      assertEquals(expected.length, store.length("A", i));
      ByteBuffer out = ByteBuffer.allocate(expected.length);
      assertTrue(store.read("A", i, out));
      assertArrayEquals(expected, out.array());
    }
    assertEquals(101, store.next("A"));
    assertEquals(101, store.durable("A"));
    assertEquals(-1, store.length("A", 101));
    assertEquals(-1, store.length("A", 0));
  }

  private static ByteBuffer message(SplittableRandom random, int i) {
    byte[] bytes = new byte[i % 7 == 0 ? 0 : random.nextInt(300)];
    random.nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  @Test
  void forgetsTheOldestWhenItIsFull() {
    for (int i = 0; i < 10_000; i++) {
      store.append("A", ByteBuffer.allocate(100));
    }
    long kept = store.next("A") - store.first("A");
    assertTrue(kept > 400 && kept < 656, kept + " messages of 104 bytes in 64 KiB");
    assertFalse(store.read("A", store.first("A") - 1, ByteBuffer.allocate(100)));
    assertTrue(store.read("A", store.first("A"), ByteBuffer.allocate(100)));
  }

  @Test
  void aLargeSessionMakesRoomForASmallOne() {
    for (int i = 0; i < 1000; i++) {
      store.append("LARGE", ByteBuffer.allocate(100));
    }
    store.append("SMALL", ByteBuffer.allocate(10));
    for (int i = 0; i < 1000; i++) {
      store.append("LARGE", ByteBuffer.allocate(100));
    }
    assertEquals(1, store.first("SMALL"));
    assertEquals(Set.of("LARGE", "SMALL"), store.sessions());
  }

  @Test
  void takesAMessageThatIsLongerThanItsChunks() {
    store.append("A", ByteBuffer.allocate(10));
    store.append("A", ByteBuffer.allocate(60_000));
    store.append("A", ByteBuffer.allocate(20));
    assertEquals(60_000, store.length("A", 2));
    assertEquals(20, store.length("A", 3));
  }

  @Test
  void beginsAnewBehindAGap() {
    store.append("A", ByteBuffer.allocate(10));
    store.skipTo("A", 50);
    assertEquals(50, store.first("A"));
    store.append("A", ByteBuffer.allocate(11));
    assertEquals(11, store.length("A", 50));
    assertEquals(-1, store.length("A", 1));
    assertThrows(IllegalArgumentException.class, () -> store.skipTo("A", 51));
  }

  @Test
  void putsNothingWhereThereIsNoRoom() {
    store.append("A", ByteBuffer.allocate(10));
    ByteBuffer out = ByteBuffer.allocate(9);
    assertFalse(store.read("A", 1, out));
    assertEquals(0, out.position());
    assertFalse(store.read("B", 1, out));
    assertEquals(1, store.next("B"));
  }
}
