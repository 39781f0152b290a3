package dev.twincast.multicast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.multicast.udp.SendBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Natural batching, with a port that is busy as long as the test wants. */
@Timeout(20)
class GatheringTest {

  /** Keeps the number that is in each message; takes a batch when the gate lets it. */
  private static final class GatedSink implements Gathering.Sink {
    final Semaphore gate = new Semaphore(Integer.MAX_VALUE);
    final List<Integer> batchSizes = new ArrayList<>();
    final List<Integer> numbers = new ArrayList<>();
    final AtomicReference<IOException> failure = new AtomicReference<>();

    @Override
    public void send(SendBatch batch) throws IOException {
      gate.acquireUninterruptibly();
      IOException problem = failure.getAndSet(null);
      if (problem != null) {
        throw problem;
      }
      batchSizes.add(batch.size());
      for (int i = 0; i < batch.size(); i++) {
        numbers.add(batch.get(i).getInt());
      }
    }

    void block() {
      gate.drainPermits();
    }

    void open() {
      gate.release(1_000_000);
    }
  }

  private final GatedSink sink = new GatedSink();
  private final Gathering gathering = new Gathering(sink, "test");

  @AfterEach
  void close() {
    gathering.close();
  }

  @Test
  void whatComesAloneIsSentByItsOwnThreadBeforeSendReturns() throws IOException {
    send(7);
    assertEquals(List.of(7), sink.numbers);
  }

  @Test
  void whatComesWhileThePortIsBusyGoesTogether() throws Exception {
    sink.block();
    Thread first = inBackground(() -> send(0));
    Fixture.await(sink.gate::hasQueuedThreads);
    for (int i = 1; i <= 100; i++) {
      send(i);
    }
    sink.open();
    gathering.flush();
    first.join();
    assertEquals(List.of(1, 100), sink.batchSizes);
    assertEquals(IntStream.rangeClosed(0, 100).boxed().toList(), sink.numbers);
  }

  @Test
  void aFullBufferBlocksAndNothingIsDropped() throws Exception {
    sink.block();
    int count = 3 * MessageBatch.MAX_MESSAGES;
    Thread sender =
        inBackground(() -> {
          for (int i = 0; i < count; i++) {
            send(i);
          }
        });
    Fixture.await(() -> sender.getState() == Thread.State.WAITING);
    sink.open();
    sender.join();
    gathering.flush();
    assertEquals(IntStream.range(0, count).boxed().toList(), sink.numbers);
  }

  @Test
  void closeSendsWhatIsLeft() throws Exception {
    sink.block();
    Thread first = inBackground(() -> send(0));
    Fixture.await(sink.gate::hasQueuedThreads);
    send(1);
    Thread closing = inBackground(gathering::close);
    sink.open();
    closing.join();
    first.join();
    assertEquals(List.of(0, 1), sink.numbers);
  }

  @Test
  void anErrorReachesTheCallerOnce() throws IOException {
    var failure = new IOException("no route");
    sink.failure.set(failure);
    assertSame(failure, assertThrows(IOException.class, () -> sendAndFlush(1)));
    sendAndFlush(2);
    assertEquals(List.of(2), sink.numbers);
  }

  @Test
  void manyThreadsLoseNothing() throws Exception {
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      senders.add(
          inBackground(() -> {
            for (int k = 0; k < 5000; k++) {
              send(k);
            }
          }));
    }
    for (Thread sender : senders) {
      sender.join();
    }
    gathering.flush();
    assertEquals(20_000, sink.numbers.size());
    assertEquals(4L * 4999 * 5000 / 2, sink.numbers.stream().mapToLong(n -> n).sum());
    assertTrue(sink.batchSizes.stream().allMatch(size -> size >= 1));
    assertFalse(sink.gate.hasQueuedThreads());
  }

  private void send(int number) throws IOException {
    gathering.send(ByteBuffer.allocate(Integer.BYTES).putInt(0, number));
  }

  private void sendAndFlush(int number) throws IOException {
    send(number);
    gathering.flush();
  }

  private interface Action {
    void run() throws IOException;
  }

  private static Thread inBackground(Action action) {
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            action.run();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }
}
