package dev.twincast.anycast;

import dev.twincast.anycast.net.client.Dial;
import dev.twincast.anycast.policy.CallPlan;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One exchange on a connection of its own, on the thread of its caller: dials replicas until one
 * connects, runs the exchange there, and begins again elsewhere if it fails.
 */
final class ExchangeCall<T> {

  private final ClientCore core;
  private final IdempotentExchange<T> exchange;
  private final Failures failures;
  private final CallPlan<InetSocketAddress> plan;
  private final List<Dialling> dials = new ArrayList<>();

  ExchangeCall(ClientCore core, IdempotentExchange<T> exchange, Policy policy, long timeoutNanos) {
    this.core = core;
    this.exchange = exchange;
    this.failures = new Failures(core, timeoutNanos);
    this.plan = core.replicas().plan(policy, true, false, timeoutNanos, core.attemptNanos());
  }

  T run() throws IOException, InterruptedException {
    Thread caller = Thread.currentThread();
    Runnable wake = () -> LockSupport.unpark(caller);
    core.atClose(wake);
    try {
      while (true) {
        core.replicas().use(plan.deadline());
        core.throwIfStopped();
        switch (core.replicas().next(plan)) {
          case CallPlan.Step.Send(var copy) -> dial(copy);
          case CallPlan.Step.Wait(long until) -> await(until);
          case CallPlan.Step.GiveUp() -> throw failures.noReplica();
        }
        dropLate();
        Optional<Dialling> first = connected();
        if (first.isPresent()) {
          Optional<Result<T>> result = exchange(first.get());
          if (result.isPresent()) {
            return result.get().value();
          }
        }
      }
    } finally {
      dials.forEach(Dialling::withdraw);
      core.notAtClose(wake);
    }
  }

  /** Its exchange may give null. */
  private record Result<T>(T value) {}

  private void dial(CallPlan.Copy<InetSocketAddress> copy) {
    var dialling = new Dialling(copy, Thread.currentThread());
    dials.add(dialling);
    core.count(copy.reason());
    try {
      dialling.dial = Dial.start(core.loop(), copy.replica(), dialling);
    } catch (IOException e) {
      dialling.failure = e;
    }
  }

  private void await(long until) throws InterruptedException {
    if (dials.isEmpty()) {
      failures.tellLookups();
      core.replicas().renew();
      core.pauseUntil(until);
      return;
    }
    long now = System.nanoTime();
    long wait = until - now;
    for (Dialling dialling : dials) {
      wait = Math.min(wait, dialling.start + core.attemptNanos() - now);
    }
    if (wait > 0 && dials.stream().noneMatch(Dialling::hasEnded)) {
      LockSupport.parkNanos(this, wait);
    }
  }

  /** Dials that have failed, and those whose time is over. */
  private void dropLate() {
    long now = System.nanoTime();
    for (Iterator<Dialling> i = dials.iterator(); i.hasNext(); ) {
      Dialling dialling = i.next();
      if (dialling.dial != null && now - dialling.start >= core.attemptNanos()) {
        dialling.dial.fail(
            new SocketTimeoutException(
                "no connection within " + Durations.text(core.attemptNanos())));
      }
      IOException failure = dialling.failure;
      if (failure != null) {
        i.remove();
        core.replicas().ended(dialling.copy.replica(), true);
        core.replicas().down(dialling.copy.replica());
        plan.onFailed(dialling.copy);
        failures.attempt(dialling.copy.replica(), failure);
      }
    }
  }

  /** The first that is connected; all others are given up. */
  private Optional<Dialling> connected() {
    Optional<Dialling> first = dials.stream().filter(d -> d.channel != null).findFirst();
    if (first.isPresent()) {
      dials.remove(first.get());
      dials.forEach(Dialling::withdraw);
      dials.clear();
      plan.onWritten(first.get().copy);
    }
    return first;
  }

  private Optional<Result<T>> exchange(Dialling dialling) throws IOException {
    InetSocketAddress replica = dialling.copy.replica();
    boolean answered = false;
    IOException reason;
    try {
      T reply = attempt(dialling);
      answered = true;
      core.replicas().answered(replica, new long[] {System.nanoTime() - dialling.start}, 1);
      return Optional.of(new Result<>(reply));
    } catch (IOException e) {
      reason = e;
    } finally {
      if (!answered) {
        core.replicas().ended(replica, true);
      }
    }
    core.throwIfStopped();
    if (reason instanceof SocketTimeoutException) {
      core.replicas().overdue(replica, dialling.start);
      core.replicas().renew();
    } else {
      core.replicas().down(replica);
    }
    plan.onFailed(dialling.copy);
    failures.attempt(replica, reason);
    return Optional.empty();
  }

  private T attempt(Dialling dialling) throws IOException {
    SocketChannel channel = dialling.takeChannel();
    Socket socket = channel.socket();
    var attempt = new Attempt(socket);
    Runnable abandon = attempt::abandon;
    core.atClose(abandon);
    try {
      channel.configureBlocking(true);
      core.throwIfStopped(); // close() may have missed this attempt
      long left = plan.endOfAttempt(dialling.start) - System.nanoTime();
      return attempt.run(exchange, core.loop(), left, core.attemptNanos());
    } finally {
      attempt.abandon(); // no effect once it has run
      core.notAtClose(abandon);
    }
  }

  /** A copy of the call that is being connected. */
  private final class Dialling implements Dial.Listener {
    final CallPlan.Copy<InetSocketAddress> copy;
    final Thread caller;
    final long start = System.nanoTime();
    @Nullable Dial dial;
    volatile @Nullable SocketChannel channel;
    volatile @Nullable IOException failure;
    volatile boolean withdrawn;

    Dialling(CallPlan.Copy<InetSocketAddress> copy, Thread caller) {
      this.copy = copy;
      this.caller = caller;
    }

    boolean hasEnded() {
      return channel != null || failure != null;
    }

    @Override
    public void onConnected(SocketChannel connected) {
      channel = connected;
      if (withdrawn) {
        Dial.closeQuietly(connected);
      }
      LockSupport.unpark(caller);
    }

    @Override
    public void onFailed(IOException reason) {
      failure = reason;
      LockSupport.unpark(caller);
    }

    SocketChannel takeChannel() {
      SocketChannel taken = channel;
      if (taken == null) {
        throw new IllegalStateException("not connected");
      }
      return taken;
    }

    /** Another was faster, or nobody waits any more. */
    void withdraw() {
      withdrawn = true;
      if (dial != null) {
        dial.cancel();
      }
      SocketChannel connected = channel;
      if (connected != null) {
        Dial.closeQuietly(connected);
      }
      core.replicas().ended(copy.replica(), false);
    }
  }
}
