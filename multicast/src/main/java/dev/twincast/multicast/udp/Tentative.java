package dev.twincast.multicast.udp;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Patience with a new IPv6 address. For a second or two after an interface comes up the address is
 * tentative (RFC 4862 section 5.4), and whatever needs it fails with "Cannot assign requested
 * address".
 */
final class Tentative {
  private static final long PATIENCE_NANOS = Duration.ofSeconds(3).toNanos();
  private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

  private Tentative() {}

  /** What is tried. */
  interface Attempt<T> {
    T run() throws IOException;
  }

  /** Runs the attempt, for IPv6 again and again until the address is there, 3 seconds at most. */
  static <T> T retry(InetAddress peer, Attempt<T> attempt) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try {
        return attempt.run();
      } catch (BindException e) {
        if (!(peer instanceof Inet6Address) || deadline - System.nanoTime() <= 0) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}
