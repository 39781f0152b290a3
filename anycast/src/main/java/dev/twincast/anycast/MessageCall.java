package dev.twincast.anycast;

import dev.twincast.anycast.net.client.MessageConnection;
import dev.twincast.anycast.net.client.Parcel;
import dev.twincast.anycast.policy.CallPlan;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * One call of the message service, on the thread of its caller, which waits for any of its copies.
 */
final class MessageCall {

  private final ClientCore core;
  private final Request request;
  private final long timeoutNanos;
  private final Thread caller = Thread.currentThread();
  private final CallPlan<InetSocketAddress> plan;
  private final List<Sent> sent = new ArrayList<>(2);
  private CallPlan.Claim claim = new CallPlan.Claim();
  private AtomicBoolean claimed = new AtomicBoolean();
  private final Failures failures;

  MessageCall(ClientCore core, Request request, Policy policy, long timeoutNanos) {
    this.core = core;
    this.request = request;
    this.timeoutNanos = timeoutNanos;
    this.failures = new Failures(core, timeoutNanos);
    this.plan =
        core.replicas()
            .plan(
                policy,
                request.isIdempotent(),
                request.isIdempotent(),
                timeoutNanos,
                core.attemptNanos());
  }

  /** A copy, the parcel that carries it, and the connection that carries the parcel. */
  private record Sent(
      CallPlan.Copy<InetSocketAddress> copy, Parcel parcel, MessageConnection connection) {}

  Reply run() throws IOException, InterruptedException {
    try {
      while (true) {
        Optional<Reply> reply = look();
        if (reply.isPresent()) {
          return reply.get();
        }
        core.replicas().use(plan.deadline());
        core.throwIfStopped();
        switch (core.replicas().next(plan)) {
          case CallPlan.Step.Send(var copy) -> send(copy);
          case CallPlan.Step.Wait(long until) -> await(until);
          case CallPlan.Step.GiveUp() -> throw givenUp();
        }
      }
    } finally {
      abandon();
    }
  }

  /** From here on the request's bytes are the caller's again. */
  private void abandon() {
    for (Sent s : sent) {
      if (!s.parcel().hasEnded()) {
        s.connection().abandon(s.parcel());
      }
    }
  }

  /** What has become of the copies. */
  private Optional<Reply> look() throws IOException {
    for (Iterator<Sent> i = sent.iterator(); i.hasNext(); ) {
      Sent s = i.next();
      switch (s.parcel().state()) {
        case QUEUED -> {}
        case WRITTEN -> plan.onWritten(s.copy());
        case ANSWERED -> {
          return Optional.of(new Reply(s.parcel().reply(), s.copy().replica()));
        }
        case DROPPED -> { // another copy had the claim
          i.remove();
          plan.onFailed(s.copy());
        }
        case FAILED -> {
          i.remove();
          fail(s);
        }
      }
    }
    return Optional.empty();
  }

  private void fail(Sent s) throws IOException {
    IOException reason = s.parcel().failure();
    core.throwIfStopped();
    if (!request.isIdempotent() && !s.parcel().isUnread()) {
      throw new UnknownOutcomeException(ReplicaSet.text(s.copy().replica()), reason);
    }
    if (s.parcel().wasWritten()) {
      plan.onWritten(s.copy()); // so those that waited for the same claim count no more
    }
    plan.onFailed(s.copy());
    failures.attempt(s.copy().replica(), reason);
  }

  private void send(CallPlan.Copy<InetSocketAddress> copy) {
    core.count(copy.reason());
    if (copy.claim() != claim) {
      claim = copy.claim();
      claimed = new AtomicBoolean();
    }
    Parcel parcel = Parcel.of(request.payload(), claimed, () -> LockSupport.unpark(caller));
    Optional<MessageConnection> connection =
        core.pool().send(copy.replica(), parcel, connections());
    if (connection.isPresent()) {
      sent.add(new Sent(copy, parcel, connection.get()));
    } else {
      core.replicas().ended(copy.replica(), false);
      plan.onFailed(copy);
      failures.attempt(copy.replica(), new IOException("has too much to do already"));
    }
  }

  private List<MessageConnection> connections() {
    return sent.isEmpty() ? List.of() : sent.stream().map(Sent::connection).toList();
  }

  private void await(long until) throws InterruptedException {
    if (sent.isEmpty()) {
      failures.tellLookups();
      core.replicas().renew();
      core.pauseUntil(until);
      return;
    }
    long wait = until - System.nanoTime();
    if (wait > 0 && !hasEnded()) {
      LockSupport.parkNanos(this, wait);
    }
  }

  private boolean hasEnded() {
    for (Sent s : sent) {
      if (s.parcel().hasEnded()) {
        return true;
      }
    }
    return false;
  }

  private IOException givenUp() {
    for (Sent s : sent) {
      var late = new SocketTimeoutException("no answer within " + Durations.text(timeoutNanos));
      // Taking the claim ourselves makes sure that it will not be written after all.
      if (!request.isIdempotent() && !claimed.compareAndSet(false, true)) {
        return new UnknownOutcomeException(ReplicaSet.text(s.copy().replica()), late);
      }
      failures.attempt(s.copy().replica(), late);
    }
    return failures.noReplica();
  }
}
