package dev.twincast.multicast.udp;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The receiving port of several groups, however many: a socket joins as many as the system lets it
 * (on Linux 20, {@code net.ipv4.igmp_max_memberships}), then one more socket is opened. What comes
 * to one group comes by one socket, in its order.
 */
final class GroupsPort implements Port {
  private final Sockets sockets;

  // Only for the thread that receives.
  private final Heat heat = new Heat(System.nanoTime());
  private int turn;

  // Written with the monitor held; the first is there from the beginning.
  private volatile List<Port> ports;
  private volatile boolean open = true;

  // Guarded by this: by which socket each group was joined.
  private final Map<InetAddress, Port> homes = new HashMap<>();
  private long drops;

  GroupsPort(Sockets sockets) throws IOException {
    this.sockets = sockets;
    try {
      ports = List.of(sockets.open());
    } catch (IOException | RuntimeException e) {
      sockets.close();
      throw e;
    }
  }

  @Override
  public int maxBatch() {
    return ports.getFirst().maxBatch();
  }

  @Override
  public int maxSegments() {
    return ports.getFirst().maxSegments();
  }

  @Override
  public void send(ByteBuffer datagram, List<InetSocketAddress> to) throws IOException {
    ports.getFirst().send(datagram, to);
  }

  @Override
  public void send(SendBatch batch, List<InetSocketAddress> to) throws IOException {
    ports.getFirst().send(batch, to);
  }

  @Override
  public void sendBy(NetworkInterface networkInterface) throws IOException {
    ports.getFirst().sendBy(networkInterface);
  }

  @Override
  public ReceiveBatch receive(long timeoutNanos) throws IOException {
    if (!open) {
      throw new ClosedChannelException();
    }
    long start = System.nanoTime();
    try {
      while (true) {
        if (Thread.currentThread().isInterrupted()) {
          throw new ClosedByInterruptException();
        }
        ReceiveBatch batch = take();
        long now = System.nanoTime();
        long left = timeoutNanos == FOREVER ? FOREVER : timeoutNanos - (now - start);
        if (batch.arrived() > 0 || left <= 0) {
          heat.arrived(now, batch.arrived());
          return batch;
        }
        if (heat.isHot(now)) {
          LockSupport.parkNanos(Math.min(left, Heat.NAP_NANOS));
        } else {
          sockets.await(left);
        }
      }
    } catch (AsynchronousCloseException e) {
      close(); // an interrupt closes only what it meets
      throw e;
    } catch (ClosedChannelException e) {
      throw new AsynchronousCloseException(); // closed between two calls, but while waiting
    }
  }

  /** What the next socket has that has anything: they take turns, so that none starves. */
  private ReceiveBatch take() throws IOException {
    List<Port> current = ports;
    int asked = 0;
    ReceiveBatch batch;
    do {
      turn = (turn + 1) % current.size();
      batch = current.get(turn).receive(0);
    } while (batch.arrived() == 0 && ++asked < current.size());
    return batch;
  }

  @Override
  public synchronized void join(InetAddress group, NetworkInterface on, List<InetAddress> sources)
      throws IOException {
    for (Port port : candidates(group)) {
      try {
        port.join(group, on, sources);
        homes.put(group, port);
        return;
      } catch (BindException e) {
        throw e; // it is a member already
      } catch (SocketException e) {
        // It may be full. If that is not it, a fresh one will say the same.
      }
    }
    Port further = sockets.open();
    try {
      further.join(group, on, sources);
    } catch (IOException e) {
      further.close();
      throw e;
    }
    List<Port> more = new ArrayList<>(ports);
    more.add(further);
    ports = List.copyOf(more);
    homes.put(group, further);
  }

  /** Its own socket alone, if it could not be left there; else any. */
  private List<Port> candidates(InetAddress group) {
    Port home = homes.get(group);
    return home == null ? ports : List.of(home);
  }

  @Override
  public synchronized void leave(InetAddress group) throws IOException {
    Port home = homes.get(group);
    if (home != null) {
      home.leave(group);
      homes.remove(group);
    }
  }

  @Override
  public int localPort() {
    return ports.getFirst().localPort();
  }

  /** Of each socket. */
  @Override
  public int receiveBufferBytes() throws IOException {
    return ports.getFirst().receiveBufferBytes();
  }

  @Override
  public Sent sent() {
    return ports.getFirst().sent();
  }

  @Override
  public synchronized long kernelDrops() {
    if (open) {
      drops = sockets.kernelDrops(ports);
    }
    return drops;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public synchronized void close() {
    if (open) {
      kernelDrops(); // for who asks later
      open = false;
      sockets.close();
      ports.forEach(Port::close);
    }
  }
}
