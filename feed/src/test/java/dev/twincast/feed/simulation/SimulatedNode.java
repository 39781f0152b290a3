package dev.twincast.feed.simulation;

import dev.twincast.feed.machine.Channel;
import dev.twincast.feed.machine.Machine;
import dev.twincast.feed.machine.ReplayServer;
import dev.twincast.feed.machine.Transmit;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A party: the loop around a machine, and what it goes through. */
abstract class SimulatedNode {
  static final int SERVE_PORT = 5008;

  final SimulatedGroup group;
  final String name;

  /** The port that others know, and the one that it asks from. */
  final InetSocketAddress serve;

  final InetSocketAddress ask;

  Loss loss = Loss.NONE;
  boolean isCutOff;
  int dropNext;

  private boolean isUp;
  private long wakeAt;
  private boolean hasWake;

  SimulatedNode(SimulatedGroup group, String name) {
    this.group = group;
    this.name = name;
    serve = InetSocketAddress.createUnresolved(name, SERVE_PORT);
    ask = InetSocketAddress.createUnresolved(name, SERVE_PORT + 1);
  }

  abstract Machine machine();

  /** What it can replay. */
  ReplayServer.Source source() {
    throw new IllegalStateException(name + " replays nothing");
  }

  /** Fetches events, and does what they ask for. */
  abstract void drain();

  /** Dies now; what is not on disk is lost. */
  public abstract void crash();

  /** Comes back, with what is left. */
  public abstract void restart();

  /** Loses its store; to be called while it is down. */
  void wipe() {}

  boolean isUp() {
    return isUp;
  }

  void up() {
    isUp = true;
    hasWake = false;
    pump();
  }

  void down() {
    isUp = false;
    group.connections.closeOf(this);
  }

  void receive(Channel channel, InetSocketAddress from, byte[] packet) {
    if (isUp) {
      hear(channel, from, ByteBuffer.wrap(packet));
      pump();
    }
  }

  void hear(Channel channel, InetSocketAddress from, ByteBuffer packet) {
    machine().onDatagram(group.time.now(), channel, from, packet);
  }

  /** One turn of the loop that a driver would run. */
  final void pump() {
    if (!isUp) {
      return;
    }
    long now = group.time.now();
    drain();
    Transmit out = group.transmit;
    while (machine().pollTransmit(now, out)) {
      byte[] packet = new byte[out.packet().remaining()];
      out.packet().get(packet);
      if (out.channel() == Channel.GROUP) {
        group.network.multicast(this, packet);
      } else {
        group.network.unicast(this, out.channel(), out.to(), packet);
      }
    }
    drain();
    wakeLater();
  }

  private void wakeLater() {
    long next = machine().nextTimeout();
    if (next == Machine.NEVER || (hasWake && wakeAt - next <= 0)) {
      return;
    }
    hasWake = true;
    wakeAt = next;
    Machine waiting = machine();
    group.time.at(next, () -> wake(waiting, next));
  }

  private void wake(Machine waiting, long at) {
    if (isUp && hasWake && wakeAt == at && waiting.equals(machine())) {
      hasWake = false;
      machine().onTimeout(group.time.now());
      pump();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
