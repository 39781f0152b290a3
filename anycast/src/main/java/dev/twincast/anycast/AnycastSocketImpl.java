package dev.twincast.anycast;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is behind an {@link AnycastSocket}: at first only options and an address that was asked for,
 * then the socket to the replica, to which all goes.
 */
final class AnycastSocketImpl extends SocketImpl {

  private final AnycastSocketFactory factory;
  private final Map<Integer, Object> early = new LinkedHashMap<>(); // options set before
  private volatile @Nullable InetSocketAddress asked;
  private volatile @Nullable Socket socket;
  private volatile boolean closed;

  AnycastSocketImpl(AnycastSocketFactory factory) {
    this.factory = factory;
  }

  void ask(InetSocketAddress address) {
    asked = address;
  }

  @Override
  protected void create(boolean stream) throws IOException {
    if (!stream) {
      throw new SocketException("datagrams have no connection");
    }
  }

  @Override
  protected void connect(SocketAddress ignored, int timeoutMillis) throws IOException {
    InetSocketAddress wanted = asked;
    if (wanted == null) {
      throw new SocketException("nothing was asked for");
    }
    Socket connected = factory.connect(wanted, TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
    try {
      for (Map.Entry<Integer, Object> option : early.entrySet()) {
        set(connected, option.getKey(), option.getValue());
      }
    } catch (SocketException e) {
      connected.close();
      throw e;
    }
    address = connected.getInetAddress();
    port = connected.getPort();
    localport = connected.getLocalPort();
    socket = connected;
    if (closed) {
      connected.close();
      throw new SocketException("Socket closed");
    }
  }

  @Override
  protected void connect(String host, int port) throws IOException {
    ask(InetSocketAddress.createUnresolved(host, port));
    connect(InetSocketAddress.createUnresolved(host, port), 0);
  }

  @Override
  protected void connect(InetAddress address, int port) throws IOException {
    ask(new InetSocketAddress(address, port));
    connect(new InetSocketAddress(address, port), 0);
  }

  @Override
  protected void bind(InetAddress host, int port) throws IOException {
    throw new SocketException("a socket to any replica cannot be bound before it is connected");
  }

  @Override
  protected void listen(int backlog) throws IOException {
    throw new SocketException("not a server socket");
  }

  @Override
  protected void accept(SocketImpl s) throws IOException {
    throw new SocketException("not a server socket");
  }

  @Override
  protected InputStream getInputStream() throws IOException {
    return connected().getInputStream();
  }

  @Override
  protected OutputStream getOutputStream() throws IOException {
    return connected().getOutputStream();
  }

  @Override
  protected int available() throws IOException {
    return getInputStream().available();
  }

  @Override
  protected void close() throws IOException {
    closed = true;
    Socket open = socket;
    if (open != null) {
      open.close();
    }
  }

  @Override
  protected void shutdownInput() throws IOException {
    connected().shutdownInput();
  }

  @Override
  protected void shutdownOutput() throws IOException {
    connected().shutdownOutput();
  }

  @Override
  protected void sendUrgentData(int data) throws IOException {
    connected().sendUrgentData(data);
  }

  @Override
  protected Set<SocketOption<?>> supportedOptions() {
    return Set.of(
        StandardSocketOptions.SO_KEEPALIVE,
        StandardSocketOptions.SO_LINGER,
        StandardSocketOptions.SO_RCVBUF,
        StandardSocketOptions.SO_REUSEADDR,
        StandardSocketOptions.SO_SNDBUF,
        StandardSocketOptions.TCP_NODELAY,
        StandardSocketOptions.IP_TOS);
  }

  @Override
  protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
    connected().setOption(name, value);
  }

  @Override
  protected <T> T getOption(SocketOption<T> name) throws IOException {
    return connected().getOption(name);
  }

  @Override
  public void setOption(int option, Object value) throws SocketException {
    Socket open = socket;
    if (open == null) {
      early.put(option, value);
    } else {
      set(open, option, value);
    }
  }

  @Override
  public Object getOption(int option) throws SocketException {
    Socket open = socket;
    if (open != null) {
      return get(open, option);
    }
    Object set = early.get(option);
    if (set != null) {
      return set;
    }
    try (Socket fresh = new Socket()) {
      return get(fresh, option);
    } catch (SocketException e) {
      throw e;
    } catch (IOException e) {
      throw new SocketException(e.getMessage(), e);
    }
  }

  private Socket connected() throws SocketException {
    Socket open = socket;
    if (open == null) {
      throw new SocketException("Socket is not connected");
    }
    return open;
  }

  /** {@link Socket#setSoLinger} and the like give a Boolean for "off" and a number for "on". */
  private static void set(Socket socket, int option, Object value) throws SocketException {
    switch (option) {
      case SocketOptions.TCP_NODELAY -> socket.setTcpNoDelay((Boolean) value);
      case SocketOptions.SO_KEEPALIVE -> socket.setKeepAlive((Boolean) value);
      case SocketOptions.SO_OOBINLINE -> socket.setOOBInline((Boolean) value);
      case SocketOptions.SO_REUSEADDR -> socket.setReuseAddress((Boolean) value);
      case SocketOptions.SO_TIMEOUT -> socket.setSoTimeout((Integer) value);
      case SocketOptions.SO_RCVBUF -> socket.setReceiveBufferSize((Integer) value);
      case SocketOptions.SO_SNDBUF -> socket.setSendBufferSize((Integer) value);
      case SocketOptions.IP_TOS -> socket.setTrafficClass((Integer) value);
      case SocketOptions.SO_LINGER -> {
        if (value instanceof Integer seconds) {
          socket.setSoLinger(true, seconds);
        } else {
          socket.setSoLinger(false, 0);
        }
      }
      default -> throw new SocketException("unknown socket option " + option);
    }
  }

  private static Object get(Socket socket, int option) throws SocketException {
    return switch (option) {
      case SocketOptions.TCP_NODELAY -> socket.getTcpNoDelay();
      case SocketOptions.SO_KEEPALIVE -> socket.getKeepAlive();
      case SocketOptions.SO_OOBINLINE -> socket.getOOBInline();
      case SocketOptions.SO_REUSEADDR -> socket.getReuseAddress();
      case SocketOptions.SO_TIMEOUT -> socket.getSoTimeout();
      case SocketOptions.SO_RCVBUF -> socket.getReceiveBufferSize();
      case SocketOptions.SO_SNDBUF -> socket.getSendBufferSize();
      case SocketOptions.IP_TOS -> socket.getTrafficClass();
      case SocketOptions.SO_LINGER -> socket.getSoLinger() < 0 ? false : socket.getSoLinger();
      case SocketOptions.SO_BINDADDR -> socket.getLocalAddress();
      default -> throw new SocketException("unknown socket option " + option);
    };
  }
}
