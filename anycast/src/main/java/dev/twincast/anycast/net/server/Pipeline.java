package dev.twincast.anycast.net.server;

import dev.twincast.anycast.MessageService;
import dev.twincast.anycast.message.Answering;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers one conversation's requests on a virtual thread, one after the other; the thread lives
 * while there are any. Its loop hands requests in and takes replies out. All fields are guarded by
 * this; the service runs without the lock.
 */
final class Pipeline implements Answering {
  private final MessageService service;
  private final int maxReplyBytes;
  private final ThreadFactory threads;
  private final Runnable onReply;
  private final Consumer<Throwable> onFailure;

  private final Deque<byte[]> requests = new ArrayDeque<>();
  private final Deque<Reply> replies = new ArrayDeque<>();
  private long replyBytes;
  private @Nullable Throwable failure;
  private @Nullable Thread worker;
  private boolean loopKnows; // that there are replies
  private boolean abandoned;

  /**
   * A pipeline with nothing in it.
   *
   * @param maxReplyBytes when so many wait to be taken, the next is not computed
   * @param onReply called by the virtual thread when there are replies, once until {@link #heard}
   */
  Pipeline(
      MessageService service,
      int maxReplyBytes,
      ThreadFactory threads,
      Runnable onReply,
      Consumer<Throwable> onFailure) {
    this.service = service;
    this.maxReplyBytes = maxReplyBytes;
    this.threads = threads;
    this.onReply = onReply;
    this.onFailure = onFailure;
  }

  @Override
  public synchronized @Nullable ByteBuffer answer(ByteBuffer request) {
    byte[] bytes = new byte[request.remaining()];
    request.get(bytes);
    requests.add(bytes);
    if (worker == null) {
      worker = threads.newThread(this::answerAll);
      worker.start();
    }
    return null;
  }

  /** The loop is about to take replies; it wants to be called for further ones. */
  synchronized void heard() {
    loopKnows = false;
  }

  @Override
  public synchronized @Nullable Reply poll() throws Exception {
    Reply reply = replies.poll();
    if (reply != null) {
      replyBytes -= reply.payload().remaining();
      notifyAll();
    } else if (failure != null) {
      throw new Exception(failure);
    }
    return reply;
  }

  @Override
  public synchronized void abandon() {
    abandoned = true;
    requests.clear();
    replies.clear();
    notifyAll();
  }

  /** Interrupts the service, if it runs. */
  synchronized void interrupt() {
    if (worker != null) {
      worker.interrupt();
    }
  }

  private void answerAll() {
    for (byte[] request = next(); request != null; request = next()) {
      try {
        byte[] reply = service.answer(request);
        put(new Reply(ByteBuffer.wrap(reply), request.length));
      } catch (Throwable e) { // also an Error harms only its connection
        fail(e);
      }
    }
  }

  private synchronized byte @Nullable [] next() {
    byte[] request = failure == null ? requests.poll() : null;
    if (request == null) {
      worker = null;
    }
    return request;
  }

  private void put(Reply reply) throws InterruptedException {
    synchronized (this) {
      while (replyBytes >= maxReplyBytes && !abandoned) {
        wait();
      }
      replies.add(reply);
      replyBytes += reply.payload().remaining();
    }
    tellLoop();
  }

  private void fail(Throwable reason) {
    synchronized (this) {
      if (!abandoned) {
        failure = reason;
      }
      requests.clear();
    }
    onFailure.accept(reason);
    tellLoop();
  }

  private void tellLoop() {
    synchronized (this) {
      if (loopKnows) {
        return;
      }
      loopKnows = true;
    }
    onReply.run();
  }
}
