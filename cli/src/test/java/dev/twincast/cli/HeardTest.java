package dev.twincast.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class HeardTest {
  private static final long LONG_MILLIS = 20_000;

  private final Heard heard = new Heard();

  @Test
  void nothingIsHeardInTime() throws InterruptedException {
    assertNull(heard.poll(1));
  }

  @Test
  void whatWasHeardIsTakenTogetherAndInItsOrder() throws InterruptedException {
    heard.put(1, bytes("one"));
    heard.put(2, bytes(""));
    heard.put(new Heard.Told.Lost(Event.of("lost").with("from", 3).with("to", 4)));
    heard.put(5, bytes("five"));
    heard.put(new Heard.Told.Ended(6));

    assertEquals(List.of("#1 one", "#2 ", "lost", "#5 five", "ended"), take());
    heard.put(6, bytes("six"));
    assertEquals(List.of("#6 six"), take());
  }

  @Test
  void whoWaitsIsWoken() throws InterruptedException {
    CompletableFuture<Void> hearing = hear(1);

    assertEquals(List.of("#1 1"), take());
    hearing.join();
  }

  @Test
  void whoHearsMoreThanThereIsRoomForWaitsAndLosesNothing() throws InterruptedException {
    int messages = 100_000;
    CompletableFuture<Void> hearing = hear(messages);

    List<String> all = new ArrayList<>();
    while (all.size() < messages) {
      all.addAll(take());
    }

    hearing.join();
    assertEquals(
        LongStream.rangeClosed(1, messages).mapToObj(i -> "#" + i + " " + i).toList(), all);
  }

  @Test
  void theLongestMessagesFindRoom() throws InterruptedException {
    var hearing =
        CompletableFuture.runAsync(() -> {
          for (int i = 1; i <= 40; i++) {
            put(i, ByteBuffer.allocate(65_507));
          }
        });

    int count = 0;
    while (count < 40) {
      Heard.Batch batch = heard.poll(LONG_MILLIS);
      assertNotNull(batch);
      for (int i = 0; i < batch.size(); i++) {
        assertEquals(65_507, batch.message(i).remaining());
        assertEquals(++count, batch.number(i));
      }
    }
    hearing.join();
  }

  @Test
  void anInterruptIsSeenAlsoWhenThereIsSomething() throws InterruptedException {
    heard.put(1, bytes("one"));
    Thread.currentThread().interrupt();

    assertThrows(InterruptedException.class, () -> heard.poll(LONG_MILLIS));
    assertEquals(List.of("#1 one"), take());
  }

  private CompletableFuture<Void> hear(int messages) {
    return CompletableFuture.runAsync(
        () -> LongStream.rangeClosed(1, messages).forEach(i -> put(i, bytes("" + i))));
  }

  private void put(long number, ByteBuffer message) {
    try {
      heard.put(number, message);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> take() throws InterruptedException {
    Heard.Batch batch = heard.poll(LONG_MILLIS);
    List<String> all = new ArrayList<>();
    for (int i = 0; batch != null && i < batch.size(); i++) {
      all.add(
          switch (batch.told(i)) {
            case null -> "#" + batch.number(i) + " " + text(batch.message(i));
            case Heard.Told.Lost _ -> "lost";
            case Heard.Told.Ended _ -> "ended";
          });
    }
    return all;
  }

  private static String text(ByteBuffer message) {
    return StandardCharsets.UTF_8.decode(message).toString();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
