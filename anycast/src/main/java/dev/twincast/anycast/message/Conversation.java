package dev.twincast.anycast.message;

import static dev.twincast.anycast.frame.Frame.GOING_AWAY;
import static dev.twincast.anycast.frame.Frame.HEADER_BYTES;
import static dev.twincast.anycast.frame.Frame.PONG;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one connection of the message service. Not thread-safe; knows no socket and
 * no clock. Time is {@code now}, nanoseconds of any monotonic clock.
 *
 * <pre>
 *            leave()                  silent, nothing owed            end of input, or too long
 *   OPEN -----------------> LEAVING -----------------------> CLOSING -------------> OVER
 *     |                        |                                                      ^
 *     +------------------------+---- end of input and nothing owed; every failure ----+
 * </pre>
 */
public final class Conversation {

  private enum State {
    OPEN,
    /** The client was told to use another replica; what it has sent is still answered. */
    LEAVING,
    /**
     * Our side has ended, with the last word if it was leaving. What still comes is thrown away:
     * closing now would send a reset.
     */
    CLOSING,
    OVER
  }

  private final Wire wire;
  private final Answering answering;
  private final Limits limits;
  private final Scratch scratch;
  private final RequestDecoder decoder;

  private final Backlog unread; // input that no request was made of yet
  private final Outbox outbox;

  private State state = State.OPEN;
  private @Nullable Ending ending;
  private boolean leaveAfterReply;
  private boolean inputEnded;
  private Ending closingWith = Ending.CLOSED;
  private long closingSince;
  private boolean interestedInInput = true;
  private boolean interestedInOutput;

  private int owed; // requests handed over, and not yet answered
  private long owedBytes;
  private long answered;

  private long lastMoved;
  private long received; // bytes in all
  private final Progress frameProgress = new Progress();
  private final Progress replyProgress = new Progress();

  /** A conversation that begins now; the wire is expected to call for input only. */
  public Conversation(
      long now, Wire wire, Answering answering, Limits limits, Budget budget, Scratch scratch) {
    this.wire = wire;
    this.answering = answering;
    this.limits = limits;
    this.scratch = scratch;
    decoder = new RequestDecoder(limits.maxFrameBytes());
    unread = new Backlog(budget);
    outbox = new Outbox(wire, scratch, budget);
    lastMoved = now;
  }

  /** Why it is over; null while it goes on. */
  public @Nullable Ending ending() {
    return ending;
  }

  /** Messages answered since this was last asked; pongs are none. */
  public long takeAnswered() {
    long count = answered;
    answered = 0;
    return count;
  }

  /** The wire has input, or has ended. */
  public void onReadable(long now) {
    if (ending != null) {
      return;
    }
    try {
      ByteBuffer in = scratch.in.clear();
      int n = wire.read(in);
      if (n < 0) {
        inputEnded = true;
      } else if (n > 0 && state != State.CLOSING) {
        lastMoved = now;
        received += n;
        onInput(in.flip());
      }
      settle(now);
    } catch (IOException e) {
      end(Ending.BROKEN);
    }
  }

  /** The wire takes output again. */
  public void onWritable(long now) {
    if (ending != null) {
      return;
    }
    try {
      if (outbox.sendWaiting()) {
        lastMoved = now;
      }
      goOn(now);
    } catch (IOException e) {
      end(Ending.BROKEN);
    }
  }

  /** Replies that come later have come. */
  public void onReplies(long now) {
    if (ending != null || state == State.CLOSING) {
      return;
    }
    try {
      lastMoved = now;
      goOn(now);
    } catch (IOException e) {
      end(Ending.BROKEN);
    }
  }

  /** There is room, or there are replies: answers as far as possible. */
  private void goOn(long now) throws IOException {
    takeReplies();
    answerUnread();
    settle(now);
  }

  /** Tells the client to use another replica, now. */
  public void leave(long now) {
    if (state != State.OPEN) {
      return;
    }
    try {
      state = State.LEAVING;
      lastMoved = now;
      outbox.putWord(GOING_AWAY);
      outbox.flush();
      settle(now);
    } catch (IOException e) {
      end(Ending.BROKEN);
    }
  }

  /** Tells the client to use another replica, after the first reply that it gets. */
  public void leaveAfterReply() {
    leaveAfterReply = true;
  }

  /** Looks at the clock; to be called every so often. */
  public void onTick(long now) {
    if (ending != null) {
      return;
    }
    if (state == State.CLOSING) {
      if (now - closingSince >= limits.leaveNanos()) {
        end(closingWith);
      }
    } else if (replyProgress.isSlow(now, outbox.sent(), limits.slowNanos())) {
      end(Ending.SLOW_READER);
    } else if (frameProgress.isSlow(now, received, limits.slowNanos())) {
      end(Ending.SLOW_WRITER);
    } else if (owed == 0 && now - lastMoved >= limits.idleNanos()) {
      end(Ending.IDLE);
    } else if (hasLeft(now)) {
      close(now, Ending.CLOSED);
    }
  }

  private boolean hasLeft(long now) {
    return state == State.LEAVING
        && owesNothing()
        && unread.isEmpty()
        && now - lastMoved >= limits.leaveNanos();
  }

  /** Ends at once. */
  public void cut() {
    end(Ending.CUT);
  }

  /** After each step: is it over, and what is there to wait for? */
  private void settle(long now) throws IOException {
    if (outbox.hasOverflowed()) {
      end(Ending.OVERLOADED);
    }
    if (ending != null) {
      return;
    }
    if (inputEnded && (state == State.CLOSING || owesNothing())) {
      end(closingWith);
    } else if (isFailing() && state != State.CLOSING && owesNothing()) {
      close(now, closingWith);
    }
    if (ending == null) {
      replyProgress.watch(now, !outbox.isEmpty(), outbox.sent());
      frameProgress.watch(now, !unread.isEmpty() && wantsInput(), received);
      showInterest();
    }
  }

  /** Ends our side. The other one is read to its end, as closing before would send a reset. */
  private void close(long now, Ending reason) {
    state = State.CLOSING;
    closingWith = reason;
    closingSince = now;
    answering.abandon();
    unread.clear();
    try {
      if (reason == Ending.CLOSED) {
        sayLastWord();
      }
      wire.shutdownOutput();
      showInterest();
    } catch (IOException e) {
      end(Ending.BROKEN);
    }
  }

  /**
   * All that was read is answered, and nothing more will be: whatever else the client has sent, it
   * may send to another replica. If its window is full it does not learn this.
   */
  private void sayLastWord() throws IOException {
    outbox.putWord(GOING_AWAY);
    outbox.flush();
    outbox.clear();
  }

  private boolean owesNothing() {
    return owed == 0 && outbox.isEmpty();
  }

  private void onInput(ByteBuffer in) throws IOException {
    if (unread.isEmpty()) {
      answer(in, scratch.request);
      if (in.hasRemaining()) {
        keepUnread(in);
      }
    } else {
      keepUnread(in);
      answerUnread();
    }
    outbox.flush();
  }

  private void keepUnread(ByteBuffer in) {
    if (ending == null && !isFailing() && !unread.append(in)) {
      end(Ending.OVERLOADED);
    }
  }

  private void answerUnread() throws IOException {
    if (!unread.isEmpty()) {
      answer(unread.bytes(), unread.bytes().duplicate());
      unread.trim();
      outbox.flush();
    }
  }

  /** Answers the whole requests at the front, as far as the limits allow. */
  private void answer(ByteBuffer in, ByteBuffer view) throws IOException {
    while (ending == null && !isFailing() && hasRoom()) {
      switch (decoder.front(in)) {
        case REQUEST -> {
          frameProgress.restart();
          int length = RequestDecoder.length(in);
          int start = in.position() + HEADER_BYTES;
          view.limit(start + length).position(start);
          in.position(start + length);
          answerOne(view, length);
        }
        case PING -> {
          if (owed > 0) {
            return; // a pong comes after the replies owed
          }
          in.position(in.position() + HEADER_BYTES);
          outbox.putWord(PONG);
        }
        case INCOMPLETE -> {
          return;
        }
        case ILLEGAL -> closingWith = Ending.ILLEGAL_FRAME;
      }
    }
  }

  private boolean hasRoom() {
    return owedBytes + outbox.unsent() < limits.maxBytesInFlight();
  }

  private void answerOne(ByteBuffer request, int length) throws IOException {
    @Nullable ByteBuffer reply;
    try {
      reply = answering.answer(request);
    } catch (Exception | Error e) {
      closingWith = Ending.FAILED;
      owed = 0;
      return;
    }
    if (reply == null) {
      owed++;
      owedBytes += length + Limits.REQUEST_OVERHEAD_BYTES;
    } else {
      putReply(reply);
    }
  }

  private void takeReplies() throws IOException {
    while (closingWith != Ending.FAILED && outbox.unsent() < limits.maxBytesInFlight()) {
      Answering.@Nullable Reply reply;
      try {
        reply = answering.poll();
      } catch (Exception | Error e) {
        closingWith = Ending.FAILED;
        owed = 0;
        break;
      }
      if (reply == null) {
        break;
      }
      owed--;
      owedBytes -= reply.requestBytes() + Limits.REQUEST_OVERHEAD_BYTES;
      putReply(reply.payload());
    }
    outbox.flush();
  }

  private void putReply(ByteBuffer payload) throws IOException {
    outbox.putMessage(payload);
    answered++;
    if (leaveAfterReply && state == State.OPEN) {
      state = State.LEAVING;
      outbox.putWord(GOING_AWAY);
    }
  }

  private void showInterest() throws IOException {
    boolean input = state == State.CLOSING || wantsInput();
    boolean output = !outbox.isEmpty();
    if (input != interestedInInput || output != interestedInOutput) {
      interestedInInput = input;
      interestedInOutput = output;
      wire.interest(input, output);
    }
  }

  private boolean wantsInput() {
    return !inputEnded && !isFailing() && hasRoom() && !hasWholeFrame();
  }

  /** A frame that could be read waits for something else, such as a ping for the replies owed. */
  private boolean hasWholeFrame() {
    return !unread.isEmpty() && decoder.front(unread.bytes()) != RequestDecoder.Front.INCOMPLETE;
  }

  /** It ends badly, as soon as what was answered before has been sent. */
  private boolean isFailing() {
    return closingWith != Ending.CLOSED;
  }

  private void end(Ending reason) {
    if (ending == null) {
      ending = reason;
      state = State.OVER;
      wire.close();
      answering.abandon();
      unread.clear();
      outbox.clear();
    }
  }
}
