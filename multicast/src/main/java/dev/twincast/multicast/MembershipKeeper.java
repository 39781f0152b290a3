package dev.twincast.multicast;

import static java.lang.System.Logger.Level.WARNING;

import dev.twincast.multicast.member.InterfaceState;
import dev.twincast.multicast.member.MembershipWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Keeps a receiver a member: once a second, on a virtual thread of its own, it looks at the
 * receiver's interface and whether something was heard, and joins again when {@link
 * MembershipWatch} says so.
 */
final class MembershipKeeper {
  private static final System.Logger LOG = System.getLogger(MembershipKeeper.class.getName());
  private static final long TICK_MILLIS = 1000;

  private final Memberships memberships;
  private final LongSupplier datagrams;
  private final boolean ipv6;
  private final Consumer<String> onRejoined;
  private final MembershipWatch watch;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private long heard; // only the keeper's thread

  /**
   * Begins to look.
   *
   * @param datagrams how many were heard until now
   * @param silence how long nothing may be heard; empty: for ever
   * @param onRejoined is told why, after each time
   */
  MembershipKeeper(
      Memberships memberships,
      LongSupplier datagrams,
      boolean ipv6,
      Optional<Duration> silence,
      Consumer<String> onRejoined) {
    this.memberships = memberships;
    this.datagrams = datagrams;
    this.ipv6 = ipv6;
    this.onRejoined = onRejoined;
    watch =
        new MembershipWatch(
            System.nanoTime(),
            silence.map(TimeUnit.NANOSECONDS::convert).orElse(MembershipWatch.NEVER),
            memberships.awaited().isPresent() ? InterfaceState.ABSENT : state());
    Thread.ofVirtual().name("twincast-membership").start(this::keep);
  }

  /** Ends the looking; returns at once. */
  void stop() {
    stopped.countDown();
  }

  private void keep() {
    try {
      while (!stopped.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
        tick(System.nanoTime());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  private void tick(long now) {
    long count = datagrams.getAsLong();
    if (count != heard) {
      heard = count;
      watch.onDatagram(now);
    }
    Optional<String> reason = watch.onTick(now, state());
    if (reason.isEmpty()) {
      return;
    }
    try {
      memberships.rejoin();
    } catch (IOException e) {
      watch.onFailure();
      LOG.log(WARNING, "cannot join again ({0}): {1}", reason.get(), e.getMessage());
      return;
    }
    try {
      onRejoined.accept(reason.get());
    } catch (RuntimeException e) {
      LOG.log(WARNING, "who was told of a new join failed", e);
    }
  }

  private InterfaceState state() {
    return Interfaces.state(memberships.interfaceName(), ipv6);
  }
}
