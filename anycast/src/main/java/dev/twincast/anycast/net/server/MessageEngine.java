package dev.twincast.anycast.net.server;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import dev.twincast.anycast.MessageService;
import dev.twincast.anycast.NonBlockingMessageService;
import dev.twincast.anycast.message.Answering;
import dev.twincast.anycast.message.Budget;
import dev.twincast.anycast.message.Ending;
import dev.twincast.anycast.message.Limits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The message service: event loops, of which the first also accepts and deals connections out to
 * all in turn.
 */
public final class MessageEngine implements Engine {

  private static final System.Logger LOG = System.getLogger(MessageEngine.class.getName());

  /** Loops do in this time what they are asked, unless a service blocks one. */
  private static final long LOOP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long DRAINING_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final MessageService service;
  private final Limits limits;
  private final Budget budget;
  private final Counters counters;
  private final Occupancy occupancy;

  private final int port;
  private final List<MessageLoop> loops = new ArrayList<>();
  private final Reception reception;
  private int nextLoop; // of the first loop's thread
  private final @Nullable AtOnce atOnce;
  private final ThreadFactory threads = Thread.ofVirtual().name("twincast-message-", 1).factory();
  private final Set<String> logged = ConcurrentHashMap.newKeySet();

  private volatile long tickNanos;
  private volatile boolean leaving; // whoever comes now, leaves after the first reply
  private volatile boolean cut;

  /**
   * Listens, and begins to serve.
   *
   * @param inLoop if there, answers in place of the service
   */
  public MessageEngine(
      InetSocketAddress address,
      MessageService service,
      @Nullable NonBlockingMessageService inLoop,
      int loopCount,
      Limits limits,
      Budget budget,
      Counters counters,
      Occupancy occupancy)
      throws IOException {
    this.service = service;
    this.limits = limits;
    this.budget = budget;
    this.counters = counters;
    this.occupancy = occupancy;
    atOnce = inLoop == null ? null : new AtOnce(inLoop, this::onServiceFailure);
    tickNanos =
        Math.clamp(Math.min(limits.idleNanos(), limits.slowNanos()) / 4, 1_000_000, 1_000_000_000);
    List<Poller> pollers = new ArrayList<>();
    try {
      for (int i = 0; i < loopCount; i++) {
        pollers.add(Pollers.open());
      }
      port = pollers.getFirst().listen(address);
      reception = new Reception(pollers.getFirst(), this);
    } catch (IOException e) {
      closeAll(pollers, e);
      throw e;
    }
    for (Poller poller : pollers) {
      String name = "twincast-messages-" + port + "-" + (loops.size() + 1);
      loops.add(new MessageLoop(this, poller, loops.isEmpty() ? reception : null, name));
    }
    loops.forEach(MessageLoop::start);
  }

  private static void closeAll(List<Poller> pollers, IOException reason) {
    for (Poller poller : pollers) {
      try {
        poller.close();
      } catch (IOException e) {
        reason.addSuppressed(e);
      }
    }
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void tellClients() throws InterruptedException {
    leaving = true;
    tickNanos = DRAINING_TICK_NANOS;
    tellAll();
  }

  private void tellAll() throws InterruptedException {
    long now = System.nanoTime();
    forAll(session -> {
      if (!session.told) {
        session.told = true;
        occupancy.tell();
        session.conversation.leave(now);
      }
    });
  }

  @Override
  public void awaitTold(long deadline) throws InterruptedException {
    occupancy.awaitTold(deadline);
  }

  @Override
  public void acceptLast(long settlingNanos, long deadline) throws InterruptedException {
    long settled = System.nanoTime() + settlingNanos;
    loops.getFirst().execute(() -> reception.stop(settled, deadline));
    reception.awaitStopped(Math.max(0, deadline - System.nanoTime()) + LOOP_NANOS);
    tellAll();
  }

  @Override
  public boolean awaitAll(long deadline) throws InterruptedException {
    return occupancy.awaitAll(deadline);
  }

  @Override
  public void cutAll() {
    cut = true;
    long now = System.nanoTime();
    loops.getFirst().execute(() -> reception.stop(now, now));
    for (MessageLoop loop : loops) {
      loop.execute(() -> loop.forEach(Session::cut));
    }
  }

  @Override
  public void close() throws InterruptedException {
    loops.forEach(MessageLoop::stop);
    for (MessageLoop loop : loops) {
      loop.awaitEnd();
    }
  }

  private void forAll(Consumer<Session> action) throws InterruptedException {
    var done = new CountDownLatch(loops.size());
    for (MessageLoop loop : loops) {
      loop.execute(() -> {
        loop.forEach(action);
        done.countDown();
      });
    }
    boolean _ = done.await(LOOP_NANOS, TimeUnit.NANOSECONDS);
  }

  /** Takes a new connection in. In the first loop's thread. */
  void admit(Poller.Link link) {
    if (!occupancy.enter()) {
      counters.refused.increment();
      link.close(); // at once: its client takes another replica
      return;
    }
    counters.accepted.increment();
    MessageLoop loop = loops.get(nextLoop);
    nextLoop = (nextLoop + 1) % loops.size();
    if (loop == loops.getFirst()) {
      loop.welcome(link);
    } else {
      loop.execute(() -> loop.welcome(link));
    }
  }

  /** A session has begun. In its loop's thread. */
  void onWelcome(Session session) {
    if (cut) {
      session.cut();
    } else if (leaving) {
      session.conversation.leaveAfterReply();
    }
  }

  /** A session is over. In its loop's thread. */
  void onFarewell(Session session) {
    @Nullable Ending ending = session.conversation.ending();
    if (ending != null) {
      counters.count(ending);
    }
    occupancy.leave(session.told);
  }

  long tickNanos() {
    return tickNanos;
  }

  Limits limits() {
    return limits;
  }

  Budget budget() {
    return budget;
  }

  Counters counters() {
    return counters;
  }

  /** What answers in the loop; only if {@link #pipeline} gives none. */
  Answering atOnce() {
    return Objects.requireNonNull(atOnce);
  }

  /** A pipeline for one conversation; null if the service does not need one. */
  @Nullable Pipeline pipeline(Runnable onReply) {
    return atOnce != null
        ? null
        : new Pipeline(
            service, limits.maxBytesInFlight(), threads, onReply, this::onServiceFailure);
  }

  private void onServiceFailure(Throwable reason) {
    if (!cut && logged.add(String.valueOf(reason.getClass()))) {
      LOG.log(
          reason instanceof IOException ? DEBUG : WARNING,
          "the service failed (said once for each kind of failure)",
          reason);
    }
  }
}
