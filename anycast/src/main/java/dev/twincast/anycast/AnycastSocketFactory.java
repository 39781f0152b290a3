package dev.twincast.anycast;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.net.SocketFactory;

/**
 * Sockets to any live replica, for clients that know nothing of anycast: a JDBC driver, an HTTP
 * client, a message broker's. They connect as ever, to some host and port; what they get is a
 * connection to a replica that accepts it.
 *
 * <pre>{@code
 * jdbc:postgresql://db/app?socketFactory=dev.twincast.anycast.AnycastSocketFactory
 *     &socketFactoryArg=db1:5432,db2:5432,db3:5432
 * new OkHttpClient.Builder().socketFactory(new AnycastSocketFactory("app1:80,app2:80"))
 * }</pre>
 *
 * <p>With endpoints of its own, the address that the client asks for is ignored. Without, all
 * addresses of the <em>name</em> that it asks for are the replicas. They are taken in turns, so
 * that a pool of connections spreads over all.
 *
 * <p>A time limit that the client gives for connecting holds over all attempts; without one it is
 * two seconds. What happens on the connection afterwards is between the client and its replica: a
 * socket cannot know what may be repeated. Safe for use by many threads at once.
 */
public final class AnycastSocketFactory extends SocketFactory {

  /** Of different endpoints; those beyond have no memory of what failed. */
  private static final int MOST_CLIENTS = 256;

  /**
   * Of all factories of this process, since a driver may make a factory for each connection. They
   * are never closed, but rest when nobody uses them.
   */
  private static final Map<List<Endpoint>, AnycastClient> SHARED = new ConcurrentHashMap<>();

  private final Optional<AnycastClient> client;
  private final List<Endpoint> endpoints; // empty: what is asked for

  /** The replicas are all addresses of the name that is asked for. */
  public AnycastSocketFactory() {
    client = Optional.empty();
    endpoints = List.of();
  }

  /**
   * The replicas are those of these endpoints, whatever is asked for.
   *
   * @param endpoints {@code HOST:PORT,HOST:PORT,...}
   * @throws IllegalArgumentException says what is wrong with them
   */
  public AnycastSocketFactory(String endpoints) {
    this.client = Optional.empty();
    this.endpoints =
        Stream.of(endpoints.split(",", -1)).map(String::strip).map(Endpoint::parse).toList();
  }

  /**
   * The replicas are those of this client, with its policy and its time limit. It stays the
   * caller's, and has to be open for as long as sockets are wanted.
   */
  public AnycastSocketFactory(AnycastClient client) {
    this.client = Optional.of(client);
    this.endpoints = List.of();
  }

  /** Not connected yet: its {@code connect} does. */
  @Override
  public Socket createSocket() throws IOException {
    return new AnycastSocket(this);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(InetSocketAddress.createUnresolved(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  /**
   * As without a local address.
   *
   * @throws IOException always, if a local address or port is asked for: which one leads to a
   *     replica is not known before
   */
  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return createSocketFrom(InetSocketAddress.createUnresolved(host, port), localHost, localPort);
  }

  /** As {@link #createSocket(String, int, InetAddress, int)}. */
  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return createSocketFrom(new InetSocketAddress(address, port), localAddress, localPort);
  }

  private Socket createSocketFrom(InetSocketAddress asked, InetAddress local, int localPort)
      throws IOException {
    if (localPort != 0 || !local.isAnyLocalAddress()) {
      throw new IOException("a socket to any replica cannot be bound before it is connected");
    }
    return connected(asked);
  }

  private Socket connected(InetSocketAddress asked) throws IOException {
    Socket socket = createSocket();
    socket.connect(asked);
    return socket;
  }

  /**
   * A plain socket to a replica.
   *
   * @param limitNanos 0: as long as the client takes
   */
  Socket connect(InetSocketAddress asked, long limitNanos) throws IOException {
    if (client.isPresent()) {
      return connect(client.get(), limitNanos);
    }
    List<Endpoint> replicas =
        endpoints.isEmpty()
            ? List.of(new Endpoint(asked.getHostString(), asked.getPort()))
            : endpoints;
    if (SHARED.size() >= MOST_CLIENTS && !SHARED.containsKey(replicas)) {
      try (AnycastClient once = inTurns(replicas)) {
        return connect(once, limitNanos);
      }
    }
    return connect(SHARED.computeIfAbsent(replicas, AnycastSocketFactory::inTurns), limitNanos);
  }

  /** How long connections last, and so what load they are, is not known here. */
  private static AnycastClient inTurns(List<Endpoint> endpoints) {
    return AnycastClient.builder(endpoints).policy(Policy.roundRobin()).open();
  }

  private static Socket connect(AnycastClient client, long limitNanos) throws IOException {
    return limitNanos > 0 ? client.connect(limitNanos) : client.connect();
  }
}
