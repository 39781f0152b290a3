package dev.twincast.anycast.net.server;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;

/** A listening socket whose port other servers may open too, where the platform can do that. */
public final class SharedPort {

  /** Other systems know SO_REUSEPORT as well, but do not spread connections over its users. */
  public static final boolean IS_SUPPORTED = System.getProperty("os.name").equals("Linux");

  /** Connections that the kernel completes before we accept them; it may allow fewer. */
  static final int BACKLOG = 4_096;

  private SharedPort() {}

  /**
   * Listens.
   *
   * @throws BindException says which address, why not, and what can be done
   */
  static ServerSocketChannel listen(InetSocketAddress address) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    try {
      if (IS_SUPPORTED) {
        listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      listener.bind(address, BACKLOG);
      return listener;
    } catch (IOException e) {
      listener.close();
      throw e instanceof SocketException reason ? explained(address, reason) : e;
    }
  }

  /** The same failure, in words. */
  public static BindException explained(InetSocketAddress address, SocketException e) {
    String port = "port " + address.getPort();
    String host = address.getAddress().getHostAddress();
    String reason = String.valueOf(e.getMessage());
    String text = port + " on " + host + ": " + reason;
    if (reason.contains("in use")) {
      text = port + " on " + host + " is in use" + byWhom() + " (try another port)";
    } else if (reason.contains("ermission denied")) {
      text =
          port
              + " on "
              + host
              + " is not permitted (ports below 1024 need privileges: try another port)";
    } else if (reason.contains("assign requested address")) {
      text = "this machine has no address " + host + " (try 0.0.0.0, which stands for all it has)";
    }
    var explained = new BindException(text);
    explained.initCause(e);
    return explained;
  }

  private static String byWhom() {
    return IS_SUPPORTED
        ? " by a program that does not share it, or of another user"
        : ", and this system cannot share it";
  }
}
