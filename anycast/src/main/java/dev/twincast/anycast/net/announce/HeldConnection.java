package dev.twincast.anycast.net.announce;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is held open to a service for nothing but to see it break: the kernel ends the
 * connections of a process that dies at once, so that its death is known without polling.
 *
 * <p>One that does not last a second though the service lives (it closes connections that say
 * nothing) is opened again after a pause, which doubles. Thread-safe.
 */
public final class HeldConnection implements AutoCloseable {
  private static final long LASTING_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final TcpProbe probe;
  private final Runnable onBreak;
  private final Consumer<String> onRefusal;

  private boolean isHeld; // guarded by this
  private boolean isClosed; // guarded by this
  private @Nullable Socket socket; // guarded by this
  private long pauseNanos; // guarded by this
  private long notBefore = System.nanoTime(); // guarded by this

  /**
   * Holds nothing yet.
   *
   * @param onBreak called when a connection that was held breaks, on a thread of its own
   * @param onRefusal called after that, if another is refused, and says so
   */
  public HeldConnection(TcpProbe probe, Runnable onBreak, Consumer<String> onRefusal) {
    this.probe = probe;
    this.onBreak = onBreak;
    this.onRefusal = onRefusal;
  }

  /** Opens the connection if there is none; call it when the service has just been seen alive. */
  public synchronized void hold() {
    if (!isHeld && !isClosed && System.nanoTime() - notBefore >= 0) {
      isHeld = true;
      Thread.ofPlatform().name("twincast-hold").daemon().start(this::watch);
    }
  }

  /** The service has failed: what broke was no idle connection, and there is no pause after it. */
  public synchronized void forgive() {
    pauseNanos = 0;
    notBefore = System.nanoTime();
  }

  private void watch() {
    long start = System.nanoTime();
    boolean wasOpen = false;
    try (Socket opened = probe.connect()) {
      wasOpen = true;
      if (begin(opened)) {
        InputStream in = opened.getInputStream();
        byte[] ignored = new byte[256];
        while (in.read(ignored) >= 0) {
          // a greeting, which has been checked elsewhere
        }
      }
    } catch (IOException broken) {
      // as good as ended
    }
    if (end(System.nanoTime() - start) && wasOpen) {
      onBreak.run();
      tryAgain();
    }
  }

  /** A dead service refuses at once: that is known sooner than any check can tell. */
  private void tryAgain() {
    try {
      probe.connect().close(); // accepted: what that is worth the check will say
    } catch (ConnectException refused) {
      onRefusal.accept(String.valueOf(refused.getMessage()));
    } catch (IOException unknown) {
      // the check will say more
    }
  }

  private synchronized boolean begin(Socket opened) {
    socket = opened;
    return !isClosed;
  }

  /** False if nobody wants to know. */
  private synchronized boolean end(long lastedNanos) {
    isHeld = false;
    socket = null;
    pauseNanos =
        lastedNanos >= LASTING_NANOS
            ? 0
            : Math.clamp(2 * pauseNanos, FIRST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
    notBefore = System.nanoTime() + pauseNanos;
    return !isClosed;
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        // It is gone either way.
      }
    }
  }
}
