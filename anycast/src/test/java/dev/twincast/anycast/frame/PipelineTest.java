package dev.twincast.anycast.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PipelineTest {

  private static final int LIMIT = 1000;

  private static final class Item implements Pipeline.Item {
    private final byte[] payload;
    private final boolean ping;
    private final boolean wanted;

    Item(byte[] payload, boolean ping, boolean wanted) {
      this.payload = payload;
      this.ping = ping;
      this.wanted = wanted;
    }

    @Override
    public byte[] payload() {
      return payload;
    }

    @Override
    public boolean isPing() {
      return ping;
    }

    @Override
    public boolean take() {
      return wanted;
    }

    static Item of(int size) {
      byte[] payload = new byte[size];
      new SplittableRandom(size).nextBytes(payload);
      return new Item(payload, false, true);
    }

    static Item ping() {
      return new Item(new byte[0], true, true);
    }
  }

  private final Pipeline<Item> pipeline = new Pipeline<>(LIMIT);
  private final List<Item> answered = new ArrayList<>();
  private final List<byte[]> replies = new ArrayList<>();
  private final List<Item> dropped = new ArrayList<>();

  /** An echo with buffers of any size on both ways, cut anywhere. */
  @Test
  void repliesMeetTheirRequestsHoweverTheBytesAreCut() {
    for (long seed = 0; seed < 500; seed++) {
      var random = new SplittableRandom(seed);
      var client = new Pipeline<Item>(LIMIT);
      var toServer = new FrameDecoder(LIMIT);
      Queue<byte[]> fromServer = new ArrayDeque<>();
      List<Item> asked = new ArrayList<>();
      List<byte[]> got = new ArrayList<>();
      while (got.size() < 50) {
        if (asked.size() < 50 && random.nextBoolean()) {
          Item item = random.nextInt(5) == 0 ? Item.ping() : Item.of(random.nextInt(LIMIT + 1));
          assertTrue(client.offer(item));
          asked.add(item);
        }
        ByteBuffer out = ByteBuffer.allocate(4 + random.nextInt(300));
        client.fill(out, dropped);
        serve(toServer, out.flip(), fromServer);
        byte[] bytes = fromServer.poll();
        if (bytes != null) {
          int cut = random.nextInt(bytes.length + 1);
          assertEquals(
              Optional.empty(), client.take(ByteBuffer.wrap(bytes, 0, cut), (i, r) -> got.add(r)));
          assertEquals(
              Optional.empty(),
              client.take(ByteBuffer.wrap(bytes, cut, bytes.length - cut), (i, r) -> got.add(r)));
        }
      }
      for (int i = 0; i < 50; i++) {
        assertArrayEquals(asked.get(i).payload(), got.get(i), "seed " + seed);
      }
      assertEquals(0, client.owed());
    }
  }

  private static void serve(FrameDecoder decoder, ByteBuffer in, Queue<byte[]> out) {
    while (true) {
      switch (decoder.next(in)) {
        case MESSAGE -> {
          ByteBuffer frame = ByteBuffer.allocate(4 + decoder.message().length);
          Frame.put(frame, ByteBuffer.wrap(decoder.message()));
          out.add(frame.array());
        }
        case PING -> out.add(words(Frame.PONG).array());
        case NOTHING -> {
          return;
        }
        case PONG, GOING_AWAY, ILLEGAL -> throw new AssertionError();
      }
    }
  }

  @Test
  void anyBytesEitherDecodeOrAreComplainedOf() {
    for (long seed = 0; seed < 5_000; seed++) {
      var random = new SplittableRandom(seed);
      var client = new Pipeline<Item>(LIMIT);
      for (int i = random.nextInt(3); i > 0; i--) {
        client.offer(random.nextBoolean() ? Item.ping() : Item.of(3));
      }
      client.fill(ByteBuffer.allocate(100), dropped);
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      if (random.nextBoolean() && bytes.length >= 4) {
        ByteBuffer.wrap(bytes).putInt(random.nextInt(-5, 20));
      }
      client.take(ByteBuffer.wrap(bytes), (item, reply) -> assertTrue(reply.length <= LIMIT));
      assertTrue(client.owed() >= 0);
    }
  }

  @Test
  void aReplyAboveTheLimitIsNotWaitedFor() {
    ask(Item.of(1));
    assertEquals(Optional.of("a frame of length 1001"), take(words(LIMIT + 1)));
  }

  @Test
  void aNegativeLengthThatIsNoWordIsComplainedOf() {
    assertEquals(Optional.of("a frame of length -4"), take(words(-4)));
  }

  @Test
  void aReplyOrPongOutOfOrderIsComplainedOf() {
    assertEquals(Optional.of("a reply that was not asked for"), take(words(0)));
    ask(Item.of(1));
    assertEquals(Optional.of("a pong that was not asked for"), take(words(Frame.PONG)));
    var other = new Pipeline<Item>(LIMIT);
    other.offer(Item.ping());
    other.fill(ByteBuffer.allocate(100), dropped);
    assertEquals(
        Optional.of("a reply that was not asked for"), other.take(words(0), (item, reply) -> {}));
  }

  @Test
  void aReplyToWhatIsNotYetWrittenIsComplainedOf() {
    pipeline.offer(Item.of(100));
    pipeline.fill(ByteBuffer.allocate(50), dropped);
    assertEquals(Optional.of("a reply that was not asked for"), take(words(0)));
  }

  /** Its call may have ended, and the array be another request's. */
  @Test
  void finishesAFrameWithTheBytesItHadWhenItWasBegun() {
    Item item = Item.of(100);
    byte[] before = item.payload().clone();
    pipeline.offer(item);
    var out = ByteBuffer.allocate(104).limit(50);
    pipeline.fill(out, dropped);
    Arrays.fill(item.payload(), (byte) 'x');
    pipeline.fill(out.limit(104), dropped);
    assertArrayEquals(before, Arrays.copyOfRange(out.array(), 4, 104));
  }

  @Test
  void whoGoesAwayIsOfferedNothingMoreButAnswersWhatItHasRead() {
    ask(Item.of(1));
    take(words(Frame.GOING_AWAY));
    assertTrue(pipeline.isLeaving());
    assertFalse(pipeline.hasLastWord());
    assertFalse(pipeline.offer(Item.of(1)));
    take(words(0));
    assertEquals(1, answered.size());
  }

  @Test
  void theLastWordIsSaidOnce() {
    take(words(Frame.GOING_AWAY));
    take(words(Frame.GOING_AWAY));
    assertTrue(pipeline.hasLastWord());
  }

  @Test
  void answersAPingWithAPong() {
    take(words(Frame.PING));
    assertTrue(pipeline.hasUnsent());
    ByteBuffer out = ByteBuffer.allocate(100);
    pipeline.fill(out, dropped);
    assertEquals(words(Frame.PONG), out.flip());
  }

  @Test
  void dropsWhatIsNotToBeWritten() {
    var unwanted = new Item(new byte[3], false, false);
    pipeline.offer(unwanted);
    ask(Item.of(1));
    assertEquals(List.of(unwanted), dropped);
    assertEquals(1, pipeline.owed());
  }

  @Test
  void takesBackOnlyWhatWasNotBegun() {
    pipeline.offer(Item.of(100));
    pipeline.offer(Item.of(200));
    pipeline.fill(ByteBuffer.allocate(50), dropped);
    assertEquals(200, pipeline.takeUnsent().getFirst().payload().length);
    ByteBuffer rest = ByteBuffer.allocate(500);
    pipeline.fill(rest, dropped);
    assertEquals(54, rest.position());
    assertEquals(1, pipeline.takeAwaited().size());
  }

  @Test
  void takesABoundedAmount() {
    int items = 0;
    while (pipeline.offer(Item.of(LIMIT))) {
      items++;
    }
    assertEquals(Pipeline.MOST_ITEMS, items);
    var other = new Pipeline<Item>(LIMIT);
    int megabytes = 0;
    while (other.offer(Item.of(1 << 20))) {
      megabytes++;
    }
    assertEquals(4, megabytes);
  }

  private void ask(Item item) {
    pipeline.offer(item);
    pipeline.fill(ByteBuffer.allocate(5000), dropped);
  }

  private Optional<String> take(ByteBuffer in) {
    return pipeline.take(
        in,
        (item, reply) -> {
          answered.add(item);
          replies.add(reply);
        });
  }

  private static ByteBuffer words(int length) {
    return ByteBuffer.allocate(4).putInt(length).flip();
  }
}
