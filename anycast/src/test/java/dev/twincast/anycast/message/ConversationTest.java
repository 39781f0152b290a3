package dev.twincast.anycast.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.twincast.anycast.frame.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConversationTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final Limits LIMITS = new Limits(1000, 2000, 60 * SECOND, 10 * SECOND, SECOND);

  private final Scratch scratch = new Scratch();
  private final Budget budget = new Budget(1_000_000);
  private FakeWire wire = new FakeWire(new Random(1));
  private long now = -5 * SECOND;

  /** Answers at once with the same, or later; an empty message that begins with 'x' fails. */
  private static final class Echo implements Answering {
    final Deque<byte[]> waiting = new ArrayDeque<>();
    final boolean later;
    int answers;
    boolean abandoned;

    Echo(boolean later) {
      this.later = later;
    }

    @Override
    public @Nullable ByteBuffer answer(ByteBuffer request) throws Exception {
      if (request.hasRemaining() && request.get(request.position()) == 'x') {
        throw new Exception("expected in this test");
      }
      answers++;
      if (!later) {
        return request;
      }
      byte[] copy = new byte[request.remaining()];
      request.get(copy);
      waiting.add(copy);
      return null;
    }

    @Override
    public @Nullable Reply poll() {
      byte[] reply = waiting.poll();
      return reply == null ? null : new Reply(ByteBuffer.wrap(reply), reply.length);
    }

    @Override
    public void abandon() {
      abandoned = true;
    }
  }

  private Conversation conversation(Answering answering) {
    return new Conversation(now, wire, answering, LIMITS, budget, scratch);
  }

  private static byte[] frames(Object... frames) {
    var out = new ByteArrayOutputStream();
    for (Object frame : frames) {
      byte[] bytes = frame instanceof byte[] payload ? payload : new byte[0];
      int length = frame instanceof Integer word ? word : bytes.length;
      out.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }

  /** Lets everything happen that can. */
  private void run(Conversation conversation) {
    boolean moved = true;
    while (moved && !wire.closed) {
      moved = false;
      if (wire.readable && wire.hasInput()) {
        conversation.onReadable(now);
        moved = true;
      }
      if (wire.writable && wire.window > 0) {
        conversation.onWritable(now);
        moved = true;
      }
    }
  }

  private void takeReplies(Conversation conversation) {
    conversation.onReplies(now);
    run(conversation);
  }

  @Test
  void answersAnyFramesInAnyPiecesOnceAndInOrder() {
    for (int seed = 0; seed < 3000; seed++) {
      var random = new Random(seed);
      wire = new FakeWire(random);
      var echo = new Echo(random.nextBoolean());
      Conversation conversation = conversation(echo);
      var expected = new ByteArrayOutputStream();
      int frames = random.nextInt(40);
      for (int i = 0; i < frames || !echo.waiting.isEmpty(); i++) {
        if (i < frames) {
          if (random.nextInt(8) == 0) {
            wire.send(frames(Frame.PING));
            expected.writeBytes(frames(Frame.PONG));
          } else {
            byte[] payload = new byte[random.nextInt(random.nextInt(1000) + 1)];
            random.nextBytes(payload);
            if (payload.length > 0 && payload[0] == 'x') {
              payload[0] = 'y';
            }
            wire.send(frames(payload));
            expected.writeBytes(frames(payload));
          }
        }
        wire.window = random.nextInt(3000);
        run(conversation);
        if (random.nextBoolean()) {
          conversation.onReplies(now);
        }
        conversation.onTick(now);
      }
      wire.window = Integer.MAX_VALUE;
      wire.endOfInput();
      for (int i = 0; i < 100 && conversation.ending() == null; i++) {
        run(conversation);
        conversation.onReplies(now);
      }
      assertArrayEquals(expected.toByteArray(), wire.taken(), "seed " + seed);
      assertEquals(Ending.CLOSED, conversation.ending(), "seed " + seed);
      assertEquals(0, budget.usedBytes(), "seed " + seed);
    }
  }

  @Test
  void survivesAnyBytes() {
    for (int seed = 0; seed < 20_000; seed++) {
      var random = new Random(seed);
      wire = new FakeWire(random);
      Conversation conversation = conversation(new Echo(false));
      byte[] bytes = new byte[random.nextInt(100)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(2) - 1);
      }
      wire.send(bytes);
      run(conversation);
      now += 20 * SECOND;
      conversation.onTick(now);
      wire.endOfInput();
      run(conversation);
      assertTrue(wire.closed, "seed " + seed);
      assertEquals(0, budget.usedBytes(), "seed " + seed);
    }
  }

  @Test
  void anIllegalLengthEndsItAfterWhatWasLegal() {
    for (int word : new int[] {Frame.GOING_AWAY, Frame.PONG, -4, Integer.MIN_VALUE, 1001}) {
      wire = new FakeWire(new Random(word));
      Conversation conversation = conversation(new Echo(false));
      wire.send(frames(new byte[5], word, new byte[7]));
      run(conversation);
      assertArrayEquals(frames(new byte[5]), wire.taken());
      assertTrue(wire.outputEnded);
      assertFalse(wire.closed, "closing with input to come would destroy the reply");
      wire.endOfInput();
      run(conversation);
      assertEquals(Ending.ILLEGAL_FRAME, conversation.ending());
    }
  }

  @Test
  void aFailingServiceEndsItAfterTheRepliesBefore() {
    Conversation conversation = conversation(new Echo(false));
    wire.send(frames(new byte[] {1}, new byte[] {'x'}, new byte[] {2}));
    run(conversation);
    assertArrayEquals(frames(new byte[] {1}), wire.taken());
    now += SECOND;
    conversation.onTick(now);
    assertEquals(Ending.FAILED, conversation.ending());
  }

  @Test
  void stopsReadingWhileTheClientTakesNothing() {
    Conversation conversation = conversation(new Echo(false));
    wire.window = 0;
    for (int i = 0; i < 1000; i++) {
      wire.send(frames(new byte[500]));
    }
    run(conversation);
    assertTrue(wire.hasInput());
    assertFalse(wire.readable);
    assertTrue(budget.usedBytes() < 400_000, () -> "" + budget.usedBytes());
    wire.window = Integer.MAX_VALUE;
    run(conversation);
    assertFalse(wire.hasInput());
    assertEquals(1000 * 504, wire.taken().length);
  }

  @Test
  void aPongComesAfterTheRepliesOwed() {
    var echo = new Echo(true);
    Conversation conversation = conversation(echo);
    wire.send(frames(new byte[1], Frame.PING, new byte[2]));
    run(conversation);
    assertEquals(0, wire.taken().length);
    assertEquals(1, echo.waiting.size());
    takeReplies(conversation);
    takeReplies(conversation);
    assertArrayEquals(frames(new byte[1], Frame.PONG, new byte[2]), wire.taken());
  }

  @Test
  void cutsAClientThatFeedsAFrameDropByDrop() {
    Conversation conversation = conversation(new Echo(false));
    byte[] frame = frames(new byte[900]);
    for (int i = 0; i < 11 && conversation.ending() == null; i++) {
      wire.send(new byte[] {frame[i]});
      run(conversation);
      now += SECOND;
      conversation.onTick(now);
    }
    assertEquals(Ending.SLOW_WRITER, conversation.ending());
  }

  @Test
  void keepsAClientWhoseFramesAreNeverWholeButGoOn() {
    Conversation conversation = conversation(new Echo(false));
    byte[] frames = frames(new byte[9], new byte[9], new byte[9], new byte[9], new byte[9]);
    for (int i = 0; i < 60; i++) {
      wire.send(new byte[] {frames[i]});
      run(conversation);
      now += SECOND / 2;
      conversation.onTick(now);
      assertNull(conversation.ending(), "after byte " + i);
    }
    assertArrayEquals(Arrays.copyOf(frames, 52), wire.taken());
  }

  @Test
  void cutsAClientThatTakesItsRepliesDropByDrop() {
    Conversation conversation = conversation(new Echo(false));
    wire.window = 0;
    wire.send(frames(new byte[900]));
    run(conversation);
    for (int i = 0; i < 11 && conversation.ending() == null; i++) {
      wire.window = 1;
      run(conversation);
      now += SECOND;
      conversation.onTick(now);
    }
    assertEquals(Ending.SLOW_READER, conversation.ending());
  }

  @Test
  void cutsASilentClientButNotOneThatWaitsForTheService() {
    Conversation silent = conversation(new Echo(false));
    var echo = new Echo(true);
    FakeWire patientWire = new FakeWire(new Random(2));
    var patient = new Conversation(now, patientWire, echo, LIMITS, budget, scratch);
    patientWire.send(frames(new byte[1]));
    while (patientWire.hasInput()) {
      patient.onReadable(now);
    }
    now += 61 * SECOND;
    silent.onTick(now);
    patient.onTick(now);
    assertEquals(Ending.IDLE, silent.ending());
    assertNull(patient.ending());
  }

  @Test
  void cutsTheClientForWhichTheBudgetIsTooSmall() {
    var small = new Budget(100);
    var conversation = new Conversation(now, wire, new Echo(false), LIMITS, small, scratch);
    wire.send(Arrays.copyOf(frames(new byte[900]), 300));
    run(conversation);
    assertEquals(Ending.OVERLOADED, conversation.ending());
    assertEquals(0, small.usedBytes());
  }

  /** Its replies were gathered in the thread's buffer when it ended. */
  @Test
  void nothingOfOneThatIsOverGoesToAnotherClient() {
    var conversation =
        new Conversation(now, wire, new Echo(false), LIMITS, new Budget(100), scratch);
    FakeWire brokenOff = wire;
    byte[] first = frames(new byte[10], new byte[900]);
    brokenOff.send(Arrays.copyOf(first, first.length - 1));
    run(conversation);
    assertEquals(Ending.OVERLOADED, conversation.ending());
    wire = new FakeWire(new Random(3));
    Conversation next = conversation(new Echo(false));
    wire.send(frames(new byte[7]));
    run(next);
    assertArrayEquals(frames(new byte[7]), wire.taken());
  }

  @Test
  void leavingTellsTheClientAndStillAnswers() {
    var echo = new Echo(true);
    Conversation conversation = conversation(echo);
    wire.send(frames(new byte[1]));
    run(conversation);
    conversation.leave(now);
    wire.send(frames(new byte[2]));
    run(conversation);
    takeReplies(conversation);
    assertArrayEquals(frames(Frame.GOING_AWAY, new byte[1], new byte[2]), wire.taken());
    conversation.onTick(now);
    assertFalse(wire.outputEnded);
    now += SECOND;
    conversation.onTick(now);
    byte[] lastWord = frames(Frame.GOING_AWAY, new byte[1], new byte[2], Frame.GOING_AWAY);
    assertArrayEquals(lastWord, wire.taken());
    assertTrue(wire.outputEnded);
    wire.send(frames(new byte[3]));
    run(conversation);
    assertEquals(2, echo.answers, "what comes after the last word is not read");
    wire.endOfInput();
    run(conversation);
    assertEquals(Ending.CLOSED, conversation.ending());
  }

  @Test
  void oneThatComesLateIsToldAfterItsFirstReply() {
    Conversation conversation = conversation(new Echo(false));
    conversation.leaveAfterReply();
    wire.send(frames(new byte[1]));
    run(conversation);
    assertArrayEquals(frames(new byte[1], Frame.GOING_AWAY), wire.taken());
  }

  @Test
  void anErrorOfTheWireEndsIt() {
    var echo = new Echo(true);
    Conversation conversation = conversation(echo);
    wire.broken = true;
    conversation.onReadable(now);
    assertEquals(Ending.BROKEN, conversation.ending());
    assertTrue(echo.abandoned);
  }
}
