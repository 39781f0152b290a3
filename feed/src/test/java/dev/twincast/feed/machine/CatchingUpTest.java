package dev.twincast.feed.machine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.feed.journal.MemoryStore;
import dev.twincast.feed.mold.Session;
import dev.twincast.feed.soup.LoginRequest;
import dev.twincast.feed.soup.SoupWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CatchingUpTest {
  private static final Session SESSION = new Session("TEST");
  private static final long MILLI = 1_000_000;
  private static final int MESSAGE_BYTES = 1000;
  private static final int PER_MILLI = 100;
  private static final int MEMORY_BYTES = 20_000_000;

  private final Transmit out = new Transmit(1472);
  private long now = 42;
  private final PublisherMachine publisher =
      new PublisherMachine(now, SESSION, new MemoryStore(MEMORY_BYTES), PublisherSettings.DEFAULT);

  private void goOn(int millis, ReplayServer replay, int taken) throws IOException {
    ByteBuffer room =
        ByteBuffer.allocate(SoupWriter.MAX_CONTROL_BYTES + taken * (MESSAGE_BYTES + 3));
    for (int i = 0; i < millis; i++) {
      for (int j = 0; j < PER_MILLI; j++) {
        publisher.publish(ByteBuffer.allocate(MESSAGE_BYTES));
      }
      while (publisher.pollTransmit(now, out)) {}
      if (taken > 0) {
        replay.pollTransmit(now, room.clear());
      }
      now += MILLI;
      publisher.onTimeout(now);
    }
  }

  private ReplayServer replayFrom(long number) {
    var replay = new ReplayServer(now, publisher);
    SoupWriter.write(replay.space(), new LoginRequest("", "", Optional.of(SESSION), number));
    replay.arrived(now);
    return replay;
  }

  private long rateBefore() throws IOException {
    goOn(1000, replayFrom(1), 0);
    return publisher.bytesPerSecond();
  }

  @Test
  void whoIsReplayedWhatWasJustSentAndComesNoNearerSlowsTheStreamDown() throws IOException {
    long before = rateBefore();
    goOn(500, replayFrom(publisher.sent() - 1000), PER_MILLI / 2);
    assertTrue(publisher.bytesPerSecond() < before / 2, "at " + publisher.bytesPerSecond());
  }

  @Test
  void whoComesNearerDoesNot() throws IOException {
    long before = rateBefore();
    goOn(500, replayFrom(publisher.sent() - 1000), PER_MILLI + 10);
    assertFalse(publisher.bytesPerSecond() < before);
  }

  @Test
  void whoTakesNothingDoesNot() throws IOException {
    long before = rateBefore();
    goOn(500, replayFrom(publisher.sent() - 1000), 0);
    assertFalse(publisher.bytesPerSecond() < before);
  }

  @Test
  void whoIsReplayedWhatWasSentLongAgoDoesNot() throws IOException {
    long before = rateBefore();
    goOn(500, replayFrom(publisher.sent() - 500L * PER_MILLI - 1), PER_MILLI / 2);
    assertFalse(publisher.bytesPerSecond() < before);
  }

  @Test
  void noReplayDoesForMoreThanTwoSeconds() throws IOException {
    long before = rateBefore();
    ReplayServer replay = replayFrom(publisher.sent() - 1000);
    goOn(1900, replay, PER_MILLI / 2);
    assertTrue(publisher.bytesPerSecond() < before / 2);
    goOn(1000, replay, PER_MILLI / 2);
    assertTrue(publisher.bytesPerSecond() > PER_MILLI * 1000 * MESSAGE_BYTES);
  }
}
