package dev.twincast.anycast;

import dev.twincast.anycast.net.announce.HeldConnection;
import dev.twincast.anycast.net.announce.Prefix;
import dev.twincast.anycast.net.announce.Probe;
import dev.twincast.anycast.net.announce.TcpProbe;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who tells an announcer how its service is: checks, and a connection that is held open beside
 * them. They run on platform threads of their own, so that however long a check takes, leases are
 * renewed, or not, in time; a virtual thread that waits for a socket is woken by way of two others,
 * and a withdrawal would wait for those. For one thread at a time.
 */
final class Witnesses implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Announcer.class.getName());

  private final ExecutorService checks =
      Executors.newSingleThreadExecutor(daemons("twincast-check"));
  private final ScheduledThreadPoolExecutor timers =
      new ScheduledThreadPoolExecutor(1, daemons("twincast-check-limit"));
  private final Probe probe;
  private final @Nullable HeldConnection held;
  private final Consumer<Optional<String>> onChecked;
  private @Nullable Future<?> lastCheck;

  /**
   * Nothing is looked at yet.
   *
   * @param hold whether a connection is held, if the check is made by one
   * @param onChecked takes a check's result, empty if all is well, on a thread of its own
   * @param onBreak called when the connection breaks, on a thread of its own
   * @param onRefusal called after that, if another is refused, and says so
   */
  Witnesses(
      Check check,
      long timeoutNanos,
      Set<Prefix> vips,
      boolean hold,
      Consumer<Optional<String>> onChecked,
      Runnable onBreak,
      Consumer<String> onRefusal) {
    timers.setRemoveOnCancelPolicy(true);
    this.probe = Probes.of(check, timeoutNanos, vips, timers);
    this.held =
        hold && probe instanceof TcpProbe tcp ? new HeldConnection(tcp, onBreak, onRefusal) : null;
    this.onChecked = onChecked;
  }

  private static ThreadFactory daemons(String name) {
    return Thread.ofPlatform().name(name).daemon().factory();
  }

  /** Begins a check; the one before has told its result. */
  void beginCheck() {
    lastCheck = checks.submit(this::check);
  }

  private void check() {
    Optional<String> failure = Optional.empty();
    try {
      probe.run();
      if (held != null) {
        held.hold();
      }
    } catch (IOException e) {
      failure = Optional.of(Announcer.reason(e));
      if (held != null) {
        held.forgive();
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "a check failed unexpectedly", e);
      failure = Optional.of(e.toString());
    }
    onChecked.accept(failure);
  }

  /** Ends a command that checks; a check that talks to the service ends within its time. */
  @Override
  public void close() {
    if (held != null) {
      held.close();
    }
    if (lastCheck != null) {
      lastCheck.cancel(true);
    }
    checks.execute(timers::shutdown); // the last check has needed its limit until now
    checks.shutdown();
  }
}
