package dev.twincast.anycast;

import dev.twincast.anycast.announce.Health;
import dev.twincast.anycast.net.announce.Prefix;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Announces an address, a <em>VIP</em>, to the network while a service passes its checks, and
 * withdraws it in milliseconds when it does not.
 *
 * <pre>{@code
 * try (var announcer = Announcer.builder("10.99.0.1")
 *         .via(Via.parse("bird:/run/bird/bird.ctl:vip1"))
 *         .check(Check.parse("tcp://127.0.0.1:5000"))
 *         .open()) {
 *   announcer.await();
 * }
 * }</pre>
 *
 * <p>Nothing is announced before the first success; {@link #withdraw}, which {@link #close} calls,
 * takes it back. Beside the checks a connection to the service is held open: when that breaks, the
 * service is checked, and dialled, at once, so that a death is known without waiting for the next
 * check.
 *
 * <p>A daemon that is started anew, or meddled with, is told again each third of the lease. The
 * announcer has the protocol, the network statement or the address for itself: whoever wants to
 * take a replica out stops the announcer.
 *
 * <p>Should a fault of its own end the announcer, it withdraws, too, and {@link #await} tells.
 *
 * <p>Safe for use by many threads at once. Open, it keeps the process alive.
 */
public final class Announcer implements Announcement, AutoCloseable {

  /** A command to a daemon takes no longer, so that no way holds up the others for long. */
  private static final long COMMAND_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Without any result for three checks there is no telling. */
  private static final int SILENT_CHECKS = 3;

  /** What wakes the announcer's thread. */
  private sealed interface Signal {
    record Checked(long at, Optional<String> failure) implements Signal {}

    record Broke() implements Signal {}

    record Refused(String reason) implements Signal {}

    record Stop(String reason) implements Signal {}
  }

  private final News news; // of the thread that opens, then of ours
  private final LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private final Ways ways;
  private final Witnesses witnesses;
  private final Health health;
  private final Thread thread;
  private final long longestStopNanos;

  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable Throwable fault;

  private Announcer(Builder options) throws IOException {
    news = new News(options.observer);
    Set<Prefix> vips = options.prefixes();
    long timeoutNanos = options.checkTimeoutNanos();
    long commandNanos = Math.min(COMMAND_NANOS, options.leaseNanos / 3);
    Check check = options.check();
    ways = Ways.open(options.vias, vips, options.leaseSeconds(), commandNanos, news::add);
    news.tell();
    witnesses =
        new Witnesses(
            check,
            timeoutNanos,
            vips,
            options.hold,
            failure -> signals.add(new Signal.Checked(System.nanoTime(), failure)),
            () -> signals.add(new Signal.Broke()),
            reason -> signals.add(new Signal.Refused(reason)));
    health = new Health(options.settings(timeoutNanos), new SplittableRandom(), System.nanoTime());
    longestStopNanos = 2 * commandNanos * (options.vias.size() + 1) + TimeUnit.SECONDS.toNanos(1);
    thread = Thread.ofPlatform().name("twincast-announcer").unstarted(this::run);
  }

  /** Options for announcing these addresses, all of them or none. */
  public static Builder builder(String vip, String... more) {
    List<InetAddress> vips = new ArrayList<>(List.of(InetAddress.ofLiteral(vip)));
    for (String another : more) {
      vips.add(InetAddress.ofLiteral(another));
    }
    return new Builder(vips);
  }

  /** Whether it is announced now, by all ways. */
  public boolean isAnnounced() {
    return ways.areAnnounced();
  }

  /** Whether nothing is announced any way, and each way has confirmed that. */
  public boolean isWithdrawn() {
    return ways.areWithdrawn();
  }

  /**
   * Withdraws what is announced, in the reverse order, and ends. Nothing is announced again by this
   * announcer. Returns when that is done, or could not be done within some seconds (the observer is
   * told why). Idempotent; the end goes on if the calling thread is interrupted.
   */
  @Override
  public void withdraw() {
    if (stopping.compareAndSet(false, true)) {
      signals.add(new Signal.Stop("the announcer ends"));
    }
    if (Thread.currentThread() == thread) {
      return; // an observer's wish: it is done after the observer returns
    }
    try {
      stopped.await(longestStopNanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The same as {@link #withdraw}. */
  @Override
  public void close() {
    withdraw();
  }

  /**
   * Waits until it has ended: withdrawn by somebody, or by a fault of its own.
   *
   * @throws IllegalStateException if it was a fault, its cause; {@link #isWithdrawn} says whether
   *     all is withdrawn nevertheless
   */
  public void await() throws InterruptedException {
    stopped.await();
    Throwable cause = fault;
    if (cause != null) {
      throw new IllegalStateException("the announcer has failed: " + cause, cause);
    }
  }

  private void run() {
    String reason = "the announcer failed";
    try {
      reason = untilStopped();
    } catch (InterruptedException | RuntimeException | Error e) {
      fault = e;
      reason = "the announcer failed: " + e;
    } finally {
      end(reason);
    }
  }

  private void end(String reason) {
    try {
      witnesses.close();
      ways.withdraw(reason);
      ways.close();
      news.add(new Event.Ended(reason));
      news.tell();
    } finally {
      stopped.countDown();
    }
  }

  /** The thread's work; returns why it ended. */
  private String untilStopped() throws InterruptedException {
    while (true) {
      Signal signal = signals.poll(health.nanosLeft(System.nanoTime()), TimeUnit.NANOSECONDS);
      switch (signal) {
        case Signal.Checked(long at, Optional<String> failure) -> {
          failure.ifPresentOrElse(
              reason -> health.onFailure(at, reason), () -> health.onSuccess(at));
        }
        case Signal.Broke() -> health.onBreak(System.nanoTime());
        case Signal.Refused(String reason) -> health.onRefusal(System.nanoTime(), reason);
        case Signal.Stop(String reason) -> {
          return reason;
        }
        case null -> {} // only time has passed
      }
      long now = System.nanoTime();
      health.onTimeout(now);
      doChanges();
      if (health.pollCheck(now)) {
        witnesses.beginCheck();
      }
      if (health.pollRenewal(now)) {
        ways.renew(health.state() == Health.State.UP);
      }
      news.tell();
    }
  }

  private void doChanges() {
    for (var change = health.pollChange(); change != null; change = health.pollChange()) {
      switch (change) {
        case Health.Change.Turned(boolean ok, String reason) ->
            news.add(new Event.Checked(ok, reason));
        case Health.Change.Announce() -> ways.announce("the check passes");
        case Health.Change.Withdraw(String reason) -> ways.withdraw(reason);
        case Health.Change.Hold(long nanos) -> news.add(new Event.Held(Duration.ofNanos(nanos)));
      }
    }
  }

  static String reason(Exception e) {
    String message = e.getMessage();
    return message == null || e instanceof RuntimeException ? e.toString() : message;
  }

  /** What an announcer tells its observer. */
  public sealed interface Event {

    /** The VIP is announced this way from now on. */
    record Announced(InetAddress vip, Via via, String reason) implements Event {}

    /** The VIP is not announced this way from now on. */
    record Withdrawn(InetAddress vip, Via via, String reason) implements Event {}

    /** The check's result is another than before; the reason of a success is empty. */
    record Checked(boolean ok, String reason) implements Event {}

    /** The service is well, and not announced for this time, since it was so too short ago. */
    record Held(Duration time) implements Event {}

    /** This way does not work, and is tried again each third of the lease; told once a reason. */
    record Failed(Via via, String reason) implements Event {}

    /** It has ended: somebody withdrew it, or it failed. The last one. */
    record Ended(String reason) implements Event {}
  }

  /** Options; way and check must be given, the others have defaults. */
  public static final class Builder {
    private final List<InetAddress> vips;
    private final List<Via> vias = new ArrayList<>();
    private @Nullable Check check;
    private Consumer<Event> observer = event -> {};
    private long intervalNanos = TimeUnit.MILLISECONDS.toNanos(100);
    private long checkTimeoutNanos; // 0: as the check says
    private int fall = 2;
    private int rise = 2;
    private long holdDownNanos = TimeUnit.SECONDS.toNanos(10);
    private long leaseNanos = TimeUnit.SECONDS.toNanos(3);
    private boolean hold = true;

    private Builder(List<InetAddress> vips) {
      this.vips = vips;
    }

    /** One more way to announce it; addresses come first and go last, whatever the order here. */
    public Builder via(Via via) {
      vias.add(via);
      return this;
    }

    /** What has to pass; it looks at this replica, not at the VIP. */
    public Builder check(Check check) {
      this.check = check;
      return this;
    }

    /** From the beginning of a check to that of the next; default 100 ms. */
    public Builder interval(Duration interval) {
      intervalNanos = Durations.positiveNanos("interval", interval);
      return this;
    }

    /** How long one check may take; default {@link Check#defaultTimeout}. */
    public Builder checkTimeout(Duration timeout) {
      checkTimeoutNanos = Durations.positiveNanos("check timeout", timeout);
      return this;
    }

    /** So many failures in a row withdraw; at least 1, default 2. */
    public Builder fall(int failures) {
      fall = atLeastOne("fall", failures);
      return this;
    }

    /** So many successes in a row announce; at least 1, default 2. */
    public Builder rise(int successes) {
      rise = atLeastOne("rise", successes);
      return this;
    }

    /**
     * The least time from one announcement to the next; default 10 seconds, zero for none. It
     * doubles, up to 32 times, for a service that falls again within 6 times.
     */
    public Builder holdDown(Duration holdDown) {
      holdDownNanos = holdDown.isZero() ? 0 : Durations.positiveNanos("hold-down", holdDown);
      return this;
    }

    /**
     * How long an address lives unless it is renewed, at least 1 second, rounded up to whole ones;
     * default 3 seconds. Each third of it all ways are told again.
     */
    public Builder lease(Duration lease) {
      leaseNanos = Durations.positiveNanos("lease", lease);
      if (leaseNanos < TimeUnit.SECONDS.toNanos(1) || lease.toDays() > 365) {
        throw new IllegalArgumentException("a lease is 1 s to 365 days long");
      }
      return this;
    }

    /** Whether a connection to the service is held open beside the checks; default true. */
    public Builder hold(boolean hold) {
      this.hold = hold;
      return this;
    }

    /** Told of every change, on the announcer's thread, or on that which opens it. */
    public Builder observer(Consumer<Event> observer) {
      this.observer = observer;
      return this;
    }

    /**
     * Looks whether all ways work, withdraws what is announced there, and begins to check.
     *
     * @throws IOException if a way does not work; says why and what to type
     * @throws IllegalArgumentException if options contradict each other
     */
    public Announcer open() throws IOException {
      if (vias.isEmpty()) {
        throw new IllegalArgumentException("no way given to announce " + vips.getFirst());
      }
      var announcer = new Announcer(this);
      announcer.thread.start();
      return announcer;
    }

    private static int atLeastOne(String option, int number) {
      if (number < 1) {
        throw new IllegalArgumentException(option + " " + number + " is less than 1");
      }
      return number;
    }

    private Check check() {
      if (check == null) {
        throw new IllegalArgumentException("no check given for " + vips.getFirst());
      }
      return check;
    }

    private Set<Prefix> prefixes() {
      Set<Prefix> prefixes = new TreeSet<>();
      vips.forEach(vip -> prefixes.add(new Prefix(vip)));
      return prefixes;
    }

    private long leaseSeconds() {
      return Math.ceilDiv(leaseNanos, TimeUnit.SECONDS.toNanos(1));
    }

    private long checkTimeoutNanos() {
      return checkTimeoutNanos > 0 ? checkTimeoutNanos : check().defaultTimeout().toNanos();
    }

    private Health.Settings settings(long timeoutNanos) {
      long silence = Math.max(leaseNanos, SILENT_CHECKS * (intervalNanos + timeoutNanos));
      return new Health.Settings(intervalNanos, fall, rise, holdDownNanos, silence, leaseNanos / 3);
    }
  }
}
