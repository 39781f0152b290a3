package dev.twincast.anycast.net.announce;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Connects to a service and wants an answer. That it accepts proves nothing: the kernel completes
 * connections to a frozen process.
 */
public final class TcpProbe implements Probe {
  private final String host;
  private final int port;
  private final Exchange exchange;
  private final long timeoutNanos;
  private final Set<Prefix> vips;
  private final ScheduledExecutorService timers;

  /**
   * A probe of the service at a host and port.
   *
   * @param vips the addresses that are announced; one that is not on this machine is not asked
   * @param timers ends what takes too long
   */
  public TcpProbe(
      String host,
      int port,
      Exchange exchange,
      long timeoutNanos,
      Set<Prefix> vips,
      ScheduledExecutorService timers) {
    this.host = host;
    this.port = port;
    this.exchange = exchange;
    this.timeoutNanos = timeoutNanos;
    this.vips = vips;
    this.timers = timers;
  }

  @Override
  public void run() throws IOException {
    InetSocketAddress address = address();
    AtomicBoolean isLate = new AtomicBoolean();
    try (Socket socket = new Socket()) {
      // A time limit for each read alone would let a trickle of bytes last for ever.
      Future<?> limit = limit(socket, isLate);
      try {
        socket.connect(address);
        socket.setTcpNoDelay(true);
        exchange.with(socket.getInputStream(), socket.getOutputStream());
      } catch (EOFException e) {
        throw new IOException("it closed the connection without an answer", e);
      } catch (IOException e) {
        throw isLate.get() ? tooLate(e) : e;
      } finally {
        limit.cancel(false);
      }
    }
  }

  /** Connects, for {@link HeldConnection}. */
  Socket connect() throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(address(), (int) TimeUnit.NANOSECONDS.toMillis(timeoutNanos));
      return socket;
    } catch (IOException e) {
      closeQuietly(socket);
      throw e;
    }
  }

  private InetSocketAddress address() throws IOException {
    InetAddress address = InetAddress.getByName(host);
    if (vips.contains(new Prefix(address)) && NetworkInterface.getByInetAddress(address) == null) {
      throw new IOException(
          "%s is not on this machine, so that another replica would answer (check this replica's"
                  .formatted(host)
              + " own address)");
    }
    return new InetSocketAddress(address, port);
  }

  private Future<?> limit(Socket socket, AtomicBoolean isLate) throws IOException {
    Runnable end =
        () -> {
          isLate.set(true);
          closeQuietly(socket);
        };
    try {
      return timers.schedule(end, timeoutNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      throw new IOException("the announcer has ended", e); // after this check had begun
    }
  }

  private IOException tooLate(IOException cause) {
    var late =
        new SocketTimeoutException(
            "no answer within " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms");
    late.initCause(cause);
    return late;
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
