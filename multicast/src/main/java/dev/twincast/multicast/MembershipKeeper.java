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

/**
 * Keeps a receiver a member: once a second, on a virtual thread of its own, it looks at the
 * receiver's interface and whether something was heard, and joins again when {@link
 * MembershipWatch} says so.
 */
final class MembershipKeeper {
  private static final System.Logger LOG = System.getLogger(MembershipKeeper.class.getName());
  private static final long TICK_MILLIS = 1000;

  private final MulticastReceiver receiver;
  private final String interfaceName;
  private final boolean ipv6;
  private final Consumer<String> onRejoined;
  private final MembershipWatch watch;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private long heard; // only the keeper's thread

  /**
   * Begins to look.
   *
   * @param isAwaited whether no group is joined yet
   * @param silence how long nothing may be heard; empty: for ever
   * @param onRejoined is told why, after each time
   */
  MembershipKeeper(
      MulticastReceiver receiver,
      boolean ipv6,
      boolean isAwaited,
      Optional<Duration> silence,
      Consumer<String> onRejoined) {
    this.receiver = receiver;
    this.interfaceName = receiver.interfaceName();
    this.ipv6 = ipv6;
    this.onRejoined = onRejoined;
    watch =
        new MembershipWatch(
            System.nanoTime(),
            silence.map(TimeUnit.NANOSECONDS::convert).orElse(MembershipWatch.NEVER),
            isAwaited ? InterfaceState.ABSENT : Interfaces.state(interfaceName, ipv6));
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
    long count = receiver.statistics().datagrams();
    if (count != heard) {
      heard = count;
      watch.onDatagram(now);
    }
    Optional<String> reason = watch.onTick(now, Interfaces.state(interfaceName, ipv6));
    if (reason.isEmpty()) {
      return;
    }
    try {
      receiver.rejoin();
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
}
