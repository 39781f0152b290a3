package dev.twincast.feed.simulation;

import dev.twincast.feed.machine.Machine;
import dev.twincast.feed.machine.ReplayClient;
import dev.twincast.feed.machine.ReplayServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A replay over TCP: bytes arrive in order and in whatever pieces; when a side dies, the other sees
 * the connection closed; when a side is cut off, it sees nothing.
 */
final class SimulatedConnection {
  private static final int CLIENT_BYTES = 1 << 15;
  private static final int IN_FLIGHT_BYTES = 1 << 14;
  private static final int BUFFER_BYTES = 1 << 11;

  private final SimulatedGroup group;
  private final SimulatedNode clientNode;
  private final SimulatedNode serverNode;
  private final ReplayClient client;
  private final ReplayServer server;
  private final Consumer<ReplayClient> handOver;
  private final Runnable afterwards;
  private final ArrayDeque<byte[]> toClient = new ArrayDeque<>();
  private final ArrayDeque<byte[]> toServer = new ArrayDeque<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private long inFlight;
  private long clientAt;
  private long serverAt;
  private boolean isClosed;
  private boolean hasWake;

  /** The memory of a client. */
  static ByteBuffer memory() {
    return ByteBuffer.allocate(CLIENT_BYTES);
  }

  /**
   * @param handOver what the client's node may take from the client before the machine does
   * @param afterwards what the client's node does when the machine was called
   */
  SimulatedConnection(
      SimulatedNode clientNode,
      SimulatedNode serverNode,
      ReplayClient client,
      ReplayServer.Source source,
      Consumer<ReplayClient> handOver,
      Runnable afterwards) {
    this.group = clientNode.group;
    this.clientNode = clientNode;
    this.serverNode = serverNode;
    this.client = client;
    this.handOver = handOver;
    this.afterwards = afterwards;
    long now = group.time.now();
    server = new ReplayServer(now, source);
    clientAt = now;
    serverAt = now;
  }

  void pump() {
    if (isClosed) {
      return;
    }
    long now = group.time.now();
    client.awaits(now);
    client.onTimeout(now);
    server.onTimeout(now);
    while (client.pollTransmit(now, buffer.clear())) {
      byte[] bytes = bytes();
      serverAt = later(serverAt);
      group.time.at(serverAt, () -> arriveAtServer(bytes));
    }
    serve(now);
    if (client.isClosed()) {
      isClosed = true;
      group.connections.remove(this);
      afterwards.run();
    } else if (server.isClosed()) {
      clientAt = later(clientAt);
      group.time.at(clientAt, this::closeFromServer);
    } else {
      wakeLater(Math.min(nanosTo(client.nextTimeout()), nanosTo(server.nextTimeout())));
    }
  }

  private long nanosTo(long time) {
    return time == Machine.NEVER ? Long.MAX_VALUE : time - group.time.now();
  }

  private void wakeLater(long nanos) {
    if (nanos != Long.MAX_VALUE && !hasWake) {
      hasWake = true;
      group.time.after(
          Math.max(nanos, MIN_WAKE_NANOS),
          () -> {
            hasWake = false;
            pump();
          });
    }
  }

  private static final long MIN_WAKE_NANOS = 1_000_000;

  private void serve(long now) {
    try {
      while (inFlight < IN_FLIGHT_BYTES && server.pollTransmit(now, buffer.clear())) {
        byte[] bytes = bytes();
        inFlight += bytes.length;
        clientAt = later(clientAt);
        group.time.at(clientAt, () -> arriveAtClient(bytes));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] bytes() {
    byte[] bytes = new byte[buffer.flip().remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private long later(long last) {
    long at = group.time.now() + group.network.latency();
    return at - last > 0 ? at : last;
  }

  private void arriveAtServer(byte[] bytes) {
    toServer.add(bytes);
    hearClient();
  }

  private void hearClient() {
    if (isClosed || isCut(this::hearClient)) {
      return;
    }
    while (!toServer.isEmpty()) {
      long now = group.time.now();
      inTwo(toServer.remove(), server::space, () -> server.arrived(now));
    }
    pump();
  }

  private void arriveAtClient(byte[] bytes) {
    toClient.add(bytes);
    resume();
  }

  /** Hands over what has arrived, as far as the client takes it. */
  void resume() {
    if (isClosed || isCut(this::resume)) {
      return;
    }
    long now = group.time.now();
    unblock(now);
    while (!isClosed && !client.isBlocked() && !client.isClosed() && !toClient.isEmpty()) {
      byte[] bytes = toClient.remove();
      inFlight -= bytes.length;
      inTwo(bytes, client::space, () -> arriveAtClient(now));
      afterwards.run();
      unblock(now);
    }
    pump();
  }

  private void arriveAtClient(long now) {
    client.arrived(now);
    handOver.accept(client);
    client.resume(now);
  }

  /** Goes on with what waits for room, as long as the client's node makes some. */
  private void unblock(long now) {
    long before = -1;
    while (!isClosed && client.isBlocked() && client.messages() > before) {
      before = client.messages();
      client.resume(now);
      afterwards.run();
    }
  }

  /** Hands over bytes in two pieces, cut anywhere. */
  private void inTwo(byte[] bytes, Supplier<ByteBuffer> space, Runnable arrived) {
    int half = group.random.nextInt(bytes.length + 1);
    space.get().put(bytes, 0, half);
    arrived.run();
    space.get().put(bytes, half, bytes.length - half);
    arrived.run();
  }

  /** Whether nothing gets through now; it is tried again later. */
  private boolean isCut(Runnable again) {
    boolean isCut = clientNode.isCutOff || serverNode.isCutOff;
    if (isCut) {
      group.time.after(RETRANSMIT_NANOS, again);
    }
    return isCut;
  }

  private static final long RETRANSMIT_NANOS = 200_000_000;

  private void closeFromServer() {
    if (!isClosed) {
      isClosed = true;
      group.connections.remove(this);
      client.close(group.time.now());
      afterwards.run();
    }
  }

  /** Closes if a party that died is one of its ends; whether it is. */
  boolean closeIfOf(SimulatedNode dead) {
    if (dead.equals(clientNode)) {
      isClosed = true;
    } else if (dead.equals(serverNode)) {
      clientAt = later(clientAt);
      group.time.at(clientAt, this::closeFromServer);
    }
    return dead.equals(clientNode);
  }

  boolean isClientOf(SimulatedNode node) {
    return node.equals(clientNode);
  }

  boolean isServerOf(SimulatedNode node) {
    return node.equals(serverNode);
  }
}
