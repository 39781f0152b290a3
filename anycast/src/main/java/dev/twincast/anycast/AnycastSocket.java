package dev.twincast.anycast;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;

/**
 * A socket whose {@code connect} reaches any live replica. Clients make a socket first and connect
 * it later, and a socket that has failed to connect once is closed for good: so this one is a front
 * for the socket that did connect.
 */
final class AnycastSocket extends Socket {

  /** Never used as such: java.net.Socket insists on an address that is resolved. */
  private static final InetAddress SOME_ADDRESS = InetAddress.ofLiteral("0.0.0.0");

  private final AnycastSocketImpl front;

  AnycastSocket(AnycastSocketFactory factory) throws SocketException {
    this(new AnycastSocketImpl(factory));
  }

  private AnycastSocket(AnycastSocketImpl front) throws SocketException {
    super(front);
    this.front = front;
  }

  @Override
  public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
    if (!(endpoint instanceof InetSocketAddress asked)) {
      throw new IllegalArgumentException("Unsupported address type");
    }
    front.ask(asked);
    super.connect(new InetSocketAddress(SOME_ADDRESS, asked.getPort()), timeoutMillis);
  }

  /** Nothing to bind yet: the system chooses the local address when a replica is found. */
  @Override
  public void bind(SocketAddress bindpoint) throws IOException {
    boolean any =
        bindpoint == null
            || (bindpoint instanceof InetSocketAddress local
                && local.getPort() == 0
                && local.getAddress().isAnyLocalAddress());
    if (!any) {
      throw new IOException("a socket to any replica cannot be bound before it is connected");
    }
  }
}
