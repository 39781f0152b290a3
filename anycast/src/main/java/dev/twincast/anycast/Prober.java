package dev.twincast.anycast;

import dev.twincast.anycast.net.client.Dial;
import dev.twincast.anycast.net.client.Loop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Looks in the background whether replicas that refused, broke or fell silent are back, so that no
 * user's call has to. On a client that speaks the message service only an answer counts; otherwise
 * that a connection can be made, since nothing is known of the protocol.
 */
final class Prober implements ReplicaSet.Watcher {

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Loop loop;
  private final ReplicaSet replicas;
  private final MessagePool pool;
  private final AtomicBoolean scheduled = new AtomicBoolean();

  // Made now rather than at the first failure, which would be held up (decision 58).
  private final Runnable probing = this::probe;
  private final Consumer<InetSocketAddress> byMessages = this::ask;
  private final Consumer<InetSocketAddress> byConnecting = this::connect;
  private volatile boolean byMessage;

  Prober(Loop loop, ReplicaSet replicas, MessagePool pool) {
    this.loop = loop;
    this.replicas = replicas;
    this.pool = pool;
  }

  /** From now on replicas are asked for a pong. */
  void useMessages() {
    byMessage = true;
  }

  @Override
  public void onSilent(InetSocketAddress replica) {
    pool.giveUp(replica);
  }

  @Override
  public void onProbeDue(long nanos) {
    // An earlier one may be due later than this; then this one is late by as much at most.
    if (replicas.isInUse() && scheduled.compareAndSet(false, true)) {
      loop.after(Math.min(nanos, LIMIT_NANOS / 20), probing);
    }
  }

  private void probe() {
    scheduled.set(false);
    replicas.probe(byMessage ? byMessages : byConnecting);
  }

  private void ask(InetSocketAddress replica) {
    pool.probe(replica, LIMIT_NANOS);
  }

  private void connect(InetSocketAddress replica) {
    try {
      Dial dial = Dial.start(loop, replica, new Visit(replica));
      loop.after(LIMIT_NANOS, () -> dial.fail(new IOException("no connection")));
    } catch (IOException e) {
      replicas.probed(replica, false);
    }
  }

  /** A connection that is closed as soon as it is there. */
  private final class Visit implements Dial.Listener {
    private final InetSocketAddress replica;

    Visit(InetSocketAddress replica) {
      this.replica = replica;
    }

    @Override
    public void onConnected(SocketChannel channel) {
      Dial.closeQuietly(channel);
      replicas.probed(replica, true);
    }

    @Override
    public void onFailed(IOException reason) {
      replicas.probed(replica, false);
    }
  }
}
