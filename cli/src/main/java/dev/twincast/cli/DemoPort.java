package dev.twincast.cli;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * A port number for the demo, for this demo alone as long as it is open: the usual one if nobody
 * has it, else any.
 *
 * <p>The demo's servers share their TCP port and its receivers their UDP port, so with the very
 * same options a stranger's program, or a second demo, could share them as well, and spoil the
 * count. Therefore the number is probed without sharing, and kept by a socket of the <em>other</em>
 * protocol, which all demos look at.
 */
final class DemoPort implements AutoCloseable {
  private static final int TRIES = 100;

  private final int number;
  private final AutoCloseable keeper;

  private DemoPort(int number, AutoCloseable keeper) {
    this.number = number;
    this.keeper = keeper;
  }

  static DemoPort tcp(int usual) throws IOException {
    return free(usual, DemoPort::bindTcp, DemoPort::bindUdp);
  }

  static DemoPort udp(int usual) throws IOException {
    return free(usual, DemoPort::bindUdp, DemoPort::bindTcp);
  }

  private interface Binding {
    AutoCloseable bind(int port) throws IOException;
  }

  private static DemoPort free(int usual, Binding probe, Binding keeper) throws IOException {
    int port = usual == 0 ? anyFree() : usual;
    for (int i = 0; i < TRIES; i++) {
      try {
        AutoCloseable kept = keeper.bind(port);
        if (isFree(port, probe)) {
          return new DemoPort(port, kept);
        }
        closeQuietly(kept);
      } catch (IOException taken) {
        // by another demo, or by chance
      }
      port = anyFree();
    }
    throw new IOException("no free port in " + TRIES + " tries");
  }

  private static boolean isFree(int port, Binding probe) {
    try {
      closeQuietly(probe.bind(port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  private static int anyFree() throws IOException {
    try (ServerSocket any = new ServerSocket(0)) {
      return any.getLocalPort();
    }
  }

  private static AutoCloseable bindTcp(int port) throws IOException {
    return new ServerSocket(port);
  }

  private static AutoCloseable bindUdp(int port) throws IOException {
    DatagramSocket socket = new DatagramSocket(null);
    try {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), port));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  int number() {
    return number;
  }

  @Override
  public void close() {
    closeQuietly(keeper);
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      throw new IllegalStateException("a socket that nobody uses closes without trouble", e);
    }
  }
}
