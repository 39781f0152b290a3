package dev.twincast.anycast;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A message server that echoes, and can be told to misbehave: blocking code, a thread for each
 * connection, independent of ours.
 */
final class FakeReplica implements AutoCloseable {

  /** What it does with a request that it has read. */
  interface Behaviour {
    /** Returns after having answered, or not. */
    void answer(byte[] request, Client client) throws IOException, InterruptedException;
  }

  /** One connection, as a behaviour sees it. */
  static final class Client {
    private final Socket socket;
    private final DataOutputStream out;

    Client(Socket socket) throws IOException {
      this.socket = socket;
      this.out = new DataOutputStream(socket.getOutputStream());
    }

    void reply(byte[] payload) throws IOException {
      byte[] frame = new byte[4 + payload.length];
      ByteBuffer.wrap(frame).putInt(payload.length).put(payload);
      synchronized (out) {
        out.write(frame);
      }
    }

    void word(int length) throws IOException {
      synchronized (out) {
        out.writeInt(length);
      }
    }

    void reset() {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException e) {
        // closed already
      }
    }

    void close() throws IOException {
      socket.close();
    }
  }

  static final Behaviour ECHO = (request, client) -> client.reply(request);

  private final InetSocketAddress address;
  private final int receiveBytes;
  private final Set<Client> clients = ConcurrentHashMap.newKeySet();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger pings = new AtomicInteger();
  private final AtomicInteger pongs = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile Behaviour behaviour;
  private volatile ServerSocket listener;
  private volatile Thread acceptor;
  private volatile CountDownLatch thawed = new CountDownLatch(0);

  private FakeReplica(Behaviour behaviour, int receiveBytes) {
    this.behaviour = behaviour;
    this.receiveBytes = receiveBytes;
    try {
      listener = listen(new InetSocketAddress(TestClient.LOOPBACK, 0));
      address = (InetSocketAddress) listener.getLocalSocketAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    acceptor = start(listener);
  }

  static FakeReplica echo() {
    return that(ECHO);
  }

  static FakeReplica that(Behaviour behaviour) {
    return new FakeReplica(behaviour, 65_536);
  }

  /** Its kernel takes little at a time, so that clients cannot always write a request at once. */
  static FakeReplica narrow(Behaviour behaviour) {
    return new FakeReplica(behaviour, 2_048);
  }

  Endpoint endpoint() {
    return new Endpoint("127.0.0.1", address.getPort());
  }

  InetSocketAddress address() {
    return address;
  }

  int requests() {
    return requests.get();
  }

  int pings() {
    return pings.get();
  }

  int pongs() {
    return pongs.get();
  }

  int connections() {
    return connections.get();
  }

  void behave(Behaviour behaviour) {
    this.behaviour = behaviour;
  }

  /** Accepts and reads nothing any more, as after SIGSTOP, until it thaws. */
  void freeze() {
    thawed = new CountDownLatch(1);
  }

  void thaw() {
    thawed.countDown();
  }

  /** As SIGKILL: no more connections, and a reset for those there are. */
  void kill() {
    try {
      listener.close();
      acceptor.join(); // the port is free only then
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    clients.forEach(Client::reset);
  }

  /** Back on its port. */
  void revive() {
    try {
      listener = listen(address);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    acceptor = start(listener);
  }

  private ServerSocket listen(InetSocketAddress address) throws IOException {
    var listening = new ServerSocket();
    listening.setReuseAddress(true);
    listening.setReceiveBufferSize(receiveBytes);
    listening.bind(address, 1000);
    return listening;
  }

  /** Says so to all clients. */
  void sayGoingAway() {
    for (Client client : clients) {
      try {
        client.word(-1);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    thaw();
    kill();
  }

  /** A platform thread: closing a socket that a virtual thread accepts on takes effect later. */
  private Thread start(ServerSocket accepting) {
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            while (true) {
              Socket socket = accepting.accept();
              socket.setTcpNoDelay(true);
              connections.incrementAndGet();
              Thread.ofVirtual().start(() -> serve(socket));
            }
          } catch (IOException e) {
            // closed
          }
        });
  }

  private void serve(Socket socket) {
    Client client;
    try {
      client = new Client(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    clients.add(client);
    try (socket) {
      var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      while (true) {
        thawed.await();
        int length = in.readInt();
        thawed.await();
        if (length == -2) {
          pings.incrementAndGet();
          client.word(-3);
        } else if (length == -3) {
          pongs.incrementAndGet();
        } else {
          byte[] request = new byte[length];
          in.readFully(request);
          requests.incrementAndGet();
          behaviour.answer(request, client);
        }
      }
    } catch (EOFException e) {
      // the client has closed its side
    } catch (IOException | InterruptedException e) {
      // killed
    } finally {
      clients.remove(client);
    }
  }
}
