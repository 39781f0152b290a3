package dev.twincast.anycast.net.server;

import static java.lang.System.Logger.Level.WARNING;

import dev.twincast.anycast.message.Scratch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread with the conversations that it carries on. Everything happens in it; others hand it
 * tasks.
 */
final class MessageLoop implements Poller.Events {

  private static final System.Logger LOG = System.getLogger(MessageLoop.class.getName());

  private final MessageEngine engine;
  private final Poller poller;
  private final Scratch scratch = new Scratch();
  private final List<Session> sessions = new ArrayList<>();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final @Nullable Reception reception;
  private final Thread thread;
  private volatile boolean stopped;

  private long batchTime; // of all events that one wait has told
  private boolean batchTimed;

  /** A loop that is not yet running. */
  MessageLoop(MessageEngine engine, Poller poller, @Nullable Reception reception, String name) {
    this.engine = engine;
    this.poller = poller;
    this.reception = reception;
    thread = Thread.ofPlatform().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Hands it a task. Thread-safe. */
  void execute(Runnable task) {
    tasks.add(task);
    if (Thread.currentThread() != thread) {
      poller.wakeup();
    }
  }

  /** Does something with each session. In the loop's thread. */
  void forEach(Consumer<Session> action) {
    for (int i = sessions.size() - 1; i >= 0; i--) { // backwards, as an ended one is taken out
      Session session = sessions.get(i);
      action.accept(session);
      settle(session);
    }
  }

  /** Lets the thread end; sessions that are left are cut. */
  void stop() {
    stopped = true;
    poller.wakeup();
  }

  /** Waits for the end of the thread, a second at most. */
  void awaitEnd() throws InterruptedException {
    thread.join(TimeUnit.SECONDS.toMillis(1));
  }

  private void run() {
    long lastTick = System.nanoTime();
    while (!stopped) {
      batchTimed = false;
      try {
        // Asked anew each time, as ticks come faster once the server drains.
        long nextTick = lastTick + engine.tickNanos();
        poller.await(Math.max(0, nextTick - System.nanoTime()), this);
      } catch (IOException e) {
        LOG.log(WARNING, "waiting for connections failed, trying again", e);
      }
      runTasks();
      long now = System.nanoTime();
      if (now - lastTick >= engine.tickNanos()) {
        tick(now);
        lastTick = now;
      }
    }
    end();
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private void tick(long now) {
    forEach(session -> session.conversation.onTick(now));
    if (reception != null) {
      reception.onTick(now);
    }
  }

  private void end() {
    runTasks();
    forEach(Session::cut);
    try {
      poller.close();
    } catch (IOException e) {
      // It is closed nevertheless.
    }
  }

  @Override
  public void onAcceptable() {
    if (reception != null) {
      reception.receive();
    }
  }

  @Override
  public void onReady(Object attachment, boolean readable, boolean writable) {
    Session session = (Session) attachment;
    if (!batchTimed) {
      batchTimed = true;
      batchTime = System.nanoTime();
    }
    try {
      if (writable) {
        session.conversation.onWritable(batchTime);
      }
      if (readable) {
        session.conversation.onReadable(batchTime);
      }
    } catch (RuntimeException e) { // such as a reply that cannot be read
      LOG.log(WARNING, "a connection is given up", e);
      session.cut();
    }
    settle(session);
  }

  /** Begins a conversation. In the loop's thread. */
  void welcome(Poller.Link link) {
    Session session = new Session(System.nanoTime(), this, engine, link, scratch);
    session.index = sessions.size();
    sessions.add(session);
    try {
      poller.add(link, session);
    } catch (IOException e) {
      session.cut(); // the client has gone already
    }
    engine.onWelcome(session);
    settle(session);
  }

  /** Counts what a session has done, and lets go of it when it is over. In the loop's thread. */
  void settle(Session session) {
    long answered = session.conversation.takeAnswered();
    if (answered > 0) {
      engine.counters().answered.add(answered);
    }
    if (session.conversation.ending() != null && session.index >= 0) {
      remove(session);
      engine.onFarewell(session);
    }
  }

  private void remove(Session session) {
    Session last = sessions.removeLast();
    if (last != session) {
      sessions.set(session.index, last);
      last.index = session.index;
    }
    session.index = -1;
  }
}
