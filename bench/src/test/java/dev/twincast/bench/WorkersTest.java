package dev.twincast.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class WorkersTest {
  @Test
  void everyRequestIsCountedAndSoIsEveryFailure() throws InterruptedException {
    var asked = new AtomicInteger();
    Values result =
        work(
            4,
            0,
            () ->
                request -> {
                  if (asked.incrementAndGet() % 2 == 0) {
                    throw new IOException("as planned");
                  }
                  return request;
                });
    assertEquals(asked.get(), result.number("measured"));
    assertEquals(asked.get() / 2, result.number("failed"));
  }

  @Test
  void aStallLastsFromTheFirstUnansweredRequestToTheNextAnswer() throws InterruptedException {
    var failures = new AtomicInteger(20);
    Values result =
        work(
            1,
            2,
            () ->
                request -> {
                  if (failures.getAndDecrement() > 0) {
                    throw new IOException("as planned");
                  }
                  return request;
                });
    // There is an interval of 2 ms after each failure.
    assertTrue(result.number("stall") >= 2_000_000 * result.number("failed"), result.toString());
  }

  @Test
  void withoutAnyAnswerTheStallIsAllOfTheTime() throws InterruptedException {
    Values result =
        work(
            1,
            1,
            () ->
                _ -> {
                  throw new IOException("as planned");
                });
    assertTrue(result.number("stall") >= result.number("nanos"), result.toString());
  }

  private static Values work(int workers, long intervalMillis, Supplier<Caller> callers)
      throws InterruptedException {
    return Values.parse(
        new Workers(callers, intervalMillis * 1_000_000, 0, 100)
            .work(workers, Thread.ofPlatform(), () -> {}));
  }
}
